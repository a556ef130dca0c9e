/**
 * A small client of the Confluent schema registry's REST API, with Confluent's setting names.
 *
 * <p>Thread-safe. A call may block its thread for a bounded time, unless its answer is known
 * already. This package knows nothing of Kafka records, topics or generated classes.
 */
@NullMarked
package io.completionworker.serde.registry;

import org.jspecify.annotations.NullMarked;
