/**
 * When a call may start, and when it is tried again.
 *
 * <p>Decisions only, made on the dispatcher's thread and with its clock; the waiting is the
 * dispatcher's. Home of Resilience4j. Knows nothing of threads, HTTP or Kafka.
 */
@NullMarked
package io.completionworker.resilience;

import org.jspecify.annotations.NullMarked;
