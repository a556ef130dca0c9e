package io.completionworker.cli.tail;

import io.completionworker.cli.clients.ClientSettings;
import io.completionworker.cli.records.TopicReader;
import io.completionworker.cli.records.Values;
import io.completionworker.config.WorkerSettings;
import io.completionworker.serde.AvroSerdes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Follows one topic. */
public final class Tail {

  private static final Duration POLL = Duration.ofMillis(200);

  private final TailOptions options;
  private final Function<ConsumerRecord<byte[], byte[]>, Optional<?>> decode;
  private final Predicate<String> print;
  private long shown;

  private Tail(
      TailOptions options,
      Function<ConsumerRecord<byte[], byte[]>, Optional<?>> decode,
      Predicate<String> print) {
    this.options = options;
    this.decode = decode;
    this.print = print;
  }

  /**
   * Prints records until enough are shown, the end is reached, nobody reads on, or it is stopped.
   *
   * @param print takes a line, and says whether anybody reads on
   */
  public static void follow(
      WorkerSettings settings,
      TailOptions options,
      Predicate<String> print,
      BooleanSupplier stopped) {
    String topic = options.role().topic(settings.topics());
    AvroSerdes serdes =
        new AvroSerdes(settings.registry().settings(), settings.registry().serdeClass());
    Function<ConsumerRecord<byte[], byte[]>, Optional<?>> decode =
        options
            .role()
            .deserializer(serdes)
            .<Function<ConsumerRecord<byte[], byte[]>, Optional<?>>>map(
                deserializer -> new Values<>(topic, deserializer)::read)
            .orElse(found -> Optional.empty());
    try (TopicReader reader =
        TopicReader.open(ClientSettings.consumer(settings.kafka()), List.of(topic))) {
      new Tail(options, decode, print).run(reader, stopped);
    }
  }

  private void run(TopicReader reader, BooleanSupplier stopped) {
    Map<TopicPartition, Long> ends = reader.committedEnds();
    reader.seek(options.from(), reader.partitions());
    while (!stopped.getAsBoolean() && !(options.untilEnd() && reader.reached(ends))) {
      for (ConsumerRecord<byte[], byte[]> found : reader.poll(POLL)) {
        if (!(options.untilEnd() && isBehind(found, ends)) && !show(found)) {
          return;
        }
      }
    }
  }

  private static boolean isBehind(
      ConsumerRecord<byte[], byte[]> found, Map<TopicPartition, Long> ends) {
    TopicPartition partition = new TopicPartition(found.topic(), found.partition());
    return found.offset() >= ends.getOrDefault(partition, Long.MAX_VALUE);
  }

  private boolean show(ConsumerRecord<byte[], byte[]> found) {
    SeenRecord seen = SeenRecord.of(found, decode.apply(found));
    if (!seen.matches(options)) {
      return true;
    }
    String line = options.json() ? seen.json().toString() : ReadableLine.of(options.role(), seen);
    shown++;
    return print.test(line) && (options.limit().isEmpty() || shown < options.limit().getAsLong());
  }
}
