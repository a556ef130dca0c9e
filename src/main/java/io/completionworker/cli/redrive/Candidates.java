// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.redrive;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Makes candidates of the records of one topic. */
interface Candidates extends AutoCloseable {

  /** The topic. */
  String topic();

  /** The candidate; empty when the filter does not let the record pass. */
  Optional<Candidate> of(ConsumerRecord<byte[], byte[]> found);

  @Override
  void close();
}
