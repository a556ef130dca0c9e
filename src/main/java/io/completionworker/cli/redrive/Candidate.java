// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.redrive;

import io.completionworker.completion.RecordPosition;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A failure or dead letter that may be sent again.
 *
 * @param source its own position
 * @param request position of its request; empty when the record does not tell
 * @param reason why the request failed
 * @param copy the request to send; empty when no topic has it any more
 * @param count how often the request was sent again before
 */
record Candidate(
    RecordPosition source,
    Optional<RecordPosition> request,
    String reason,
    Optional<String> requestId,
    Optional<String> model,
    Optional<String> traceId,
    Optional<Copy> copy,
    long count) {

  /** A request in the form in which it is sent. */
  @SuppressWarnings("ArrayRecordComponent") // identity is enough: bytes are sent, not compared
  record Copy(byte @Nullable [] key, byte[] value, Headers headers) {}

  /** Turns records of one topic into candidates. */
  interface Source extends AutoCloseable {

    /** The topic. */
    String topic();

    /** The candidate of a record; empty when the filter excludes it. */
    Optional<Candidate> of(ConsumerRecord<byte[], byte[]> found);

    @Override
    void close();
  }
}
