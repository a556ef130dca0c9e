/**
 * A small client of the Confluent schema registry's REST API, under Confluent's setting names.
 *
 * <p>Safe on every thread. A call may block its thread, for a bounded time; what is known already
 * does not. Knows nothing of Kafka records, topics or generated classes.
 */
@NullMarked
package io.completionworker.serde.registry;

import org.jspecify.annotations.NullMarked;
