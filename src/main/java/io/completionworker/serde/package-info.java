/**
 * Bytes to Avro records and back, in Confluent's wire format.
 *
 * <p>Serdes are safe on every thread once configured. They may block their thread on the registry,
 * for a bounded time, when they meet a schema for the first time. What can never be read or written
 * ends as Kafka's {@code SerializationException}, what can pass later as its {@code
 * RetriableException}. Knows generated records by their interface only, and nothing of completions,
 * topologies or HTTP calls to models.
 */
@NullMarked
package io.completionworker.serde;

import org.jspecify.annotations.NullMarked;
