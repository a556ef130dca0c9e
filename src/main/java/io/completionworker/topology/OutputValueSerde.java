// SPDX-License-Identifier: Apache-2.0
package io.completionworker.topology;

import io.completionworker.completion.Emission.OutputValue;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** Hands over the bytes that an outcome was encoded to. Writes only. */
final class OutputValueSerde {

  static final Serde<OutputValue> INSTANCE =
      Serdes.serdeFrom(
          (topic, value) -> value == null ? null : value.bytes(),
          (topic, bytes) -> {
            throw new UnsupportedOperationException("Output values are written, never read");
          });

  private OutputValueSerde() {}
}
