// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.redrive;

import io.completionworker.completion.RecordPosition;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A failure or dead letter that is asked for.
 *
 * @param source where it stands itself
 * @param request where its request stood; empty when it does not say
 * @param reason why it is there
 * @param copy the request to be sent; empty when it is nowhere any more
 * @param count how often it was sent again before
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

  /** A request as it is to be sent. */
  @SuppressWarnings("ArrayRecordComponent") // identity is enough: bytes are sent, not compared
  record Copy(byte @Nullable [] key, byte[] value, Headers headers) {}

  /** Makes candidates of the records of one topic. */
  interface Source extends AutoCloseable {

    /** The topic. */
    String topic();

    /** The candidate; empty when the filter does not let the record pass. */
    Optional<Candidate> of(ConsumerRecord<byte[], byte[]> found);

    @Override
    void close();
  }
}
