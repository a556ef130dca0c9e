/**
 * Finds all faults of a request at once.
 *
 * <p>Pure functions on the decoded request, safe on every thread. Knows the endpoint's API
 * reference and the syntax of JSON. Does not know Kafka, headers or the gateway. Messages never
 * quote a prompt.
 */
@NullMarked
package io.completionworker.validation;

import org.jspecify.annotations.NullMarked;
