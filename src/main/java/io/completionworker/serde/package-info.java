/**
 * Serializes and deserializes Avro records in Confluent's wire format.
 *
 * <p>Serdes are thread-safe once configured. When a schema is new to them, they may block their
 * thread on the registry for a bounded time. Data that can never be read or written ends in Kafka's
 * {@code SerializationException}, a fault that may pass in its {@code RetriableException}. This
 * package knows generated records by their interface only, and nothing of completions, topologies
 * or HTTP calls to models.
 */
@NullMarked
package io.completionworker.serde;

import org.jspecify.annotations.NullMarked;
