package io.completionworker.demo;

import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;

/**
 * The product behind the demo: the one place that connects the two.
 *
 * <p>HOOK-UP: {@code start} becomes {@code Worker.start(WorkerConfig.load(Optional.empty(),
 * environment(settings)))::close}, {@code valueSerde} becomes {@code new AvroSerdes(settings,
 * AvroSerde.class.getName()).forValues(type)}.
 */
final class ProductWorker implements WorkerUnderDemo {

  @Override
  public Running start(Map<String, String> settings) {
    throw new UnsupportedOperationException("HOOK-UP: the worker is not connected yet");
  }

  @Override
  public <T extends SpecificRecord> Serde<T> valueSerde(
      Class<T> type, Map<String, String> settings) {
    throw new UnsupportedOperationException("HOOK-UP: the serdes are not connected yet");
  }
}
