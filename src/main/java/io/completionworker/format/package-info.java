/**
 * Reads and writes the values of the topics in the configured format: Avro with a schema registry,
 * or JSON.
 *
 * <p>To its producer, a request in JSON is a request body of the endpoint, and it is read as such.
 * So this package depends on the serdes and on the code that writes bodies. Safe on every thread.
 */
@NullMarked
package io.completionworker.format;

import org.jspecify.annotations.NullMarked;
