/**
 * Requests between the endpoint's own JSON and our Avro records.
 *
 * <p>Pure functions, usable from any thread. Knows nothing of topics and calls, and judges no
 * values: an invalid request passes as long as a record can hold it.
 */
@NullMarked
package io.completionworker.demo.json;

import org.jspecify.annotations.NullMarked;
