/**
 * Decides when a call may start and when it is retried.
 *
 * <p>This package only makes decisions, on the dispatcher's thread and with the dispatcher's clock.
 * The dispatcher does the waiting. Resilience4j is used only in this package and its subpackages.
 * This package does not depend on threads, HTTP or Kafka.
 */
@NullMarked
package io.completionworker.resilience;

import org.jspecify.annotations.NullMarked;
