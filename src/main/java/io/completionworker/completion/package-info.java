/**
 * The values that flow through the worker, and none of the code that moves them.
 *
 * <p>Immutable values, safe on every thread. Depends only on the generated Avro records, the table
 * of headers and the JDK. Every other package may use it.
 */
@NullMarked
package io.completionworker.completion;

import org.jspecify.annotations.NullMarked;
