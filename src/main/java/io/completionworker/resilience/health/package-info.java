/**
 * Waits that the endpoint imposes on a credential: a fault of its account, a limit that it ran
 * into, an outage.
 *
 * <p>All state is kept by credential, that of limits by model and service tier, too, so that one
 * that waits delays no other. Decisions only, made on the dispatcher's thread and with its clock;
 * what people look at may be read on every thread.
 */
@NullMarked
package io.completionworker.resilience.health;

import org.jspecify.annotations.NullMarked;
