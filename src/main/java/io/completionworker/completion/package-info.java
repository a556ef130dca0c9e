/**
 * The vocabulary: what flows through the worker, and nothing that moves it.
 *
 * <p>Immutable values, safe on every thread. Knows the generated Avro records and the JDK alone;
 * every other package may see it.
 */
@NullMarked
package io.completionworker.completion;

import org.jspecify.annotations.NullMarked;
