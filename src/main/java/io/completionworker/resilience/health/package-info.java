/**
 * The waits that the endpoint causes for calls of a credential: because of a fault of its account,
 * a rate limit that it ran into, or an outage.
 *
 * <p>State is kept by credential, and for cool-downs also by model and service tier, so that one
 * that waits does not delay another. This package only makes decisions, on the dispatcher's thread
 * and with the dispatcher's clock. State that is reported to users may be read on every thread.
 */
@NullMarked
package io.completionworker.resilience.health;

import org.jspecify.annotations.NullMarked;
