/**
 * Pieces of streamed answers as records.
 *
 * <p>Pure functions, safe on every thread. Knows nothing of encoding, sizes or Kafka.
 */
@NullMarked
package io.completionworker.codec.chunks;

import org.jspecify.annotations.NullMarked;
