// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.micro;

import io.completionworker.serde.AvroSerde;
import io.completionworker.serde.AvroSerdes;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;

/** The worker's serdes with a registry in memory. */
final class Serdes {

  private Serdes() {}

  static <T extends SpecificRecord> Serde<T> of(Class<T> type) {
    return new AvroSerdes(Map.of("schema.registry.url", "mock://micro"), AvroSerde.class.getName())
        .forValues(type);
  }
}
