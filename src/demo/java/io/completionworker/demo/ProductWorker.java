// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo;

import io.completionworker.Worker;
import io.completionworker.config.WorkerConfig;
import io.completionworker.serde.AvroSerde;
import io.completionworker.serde.AvroSerdes;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;

/** The product behind the demo: the one place that connects the two. */
final class ProductWorker implements WorkerUnderDemo {

  @Override
  public Running start(Map<String, String> settings) {
    Map<String, String> environment = new HashMap<>();
    settings.forEach(
        (key, value) -> environment.put(key.toUpperCase(Locale.ROOT).replace('.', '_'), value));
    return Worker.start(WorkerConfig.load(Optional.empty(), environment))::close;
  }

  @Override
  public <T extends SpecificRecord> Serde<T> valueSerde(
      Class<T> type, Map<String, String> settings) {
    Map<String, String> registry = new HashMap<>(settings);
    registry.keySet().removeIf(key -> !key.startsWith("schema.registry."));
    return new AvroSerdes(registry, AvroSerde.class.getName()).forValues(type);
  }
}
