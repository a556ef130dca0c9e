package io.completionworker.cli.tail;

import io.completionworker.cli.clients.ClientSettings;
import io.completionworker.cli.records.TopicReader;
import io.completionworker.cli.records.Values;
import io.completionworker.config.WorkerSettings;
import io.completionworker.format.ValueSerdes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Follows one topic. */
public final class Tail {

  private static final Duration POLL = Duration.ofMillis(200);

  private final TailOptions options;
  private final Function<ConsumerRecord<byte[], byte[]>, Values.Decoded<?>> decode;
  private final Predicate<String> print;
  private final Consumer<String> say;
  private long shown;
  private boolean unreadSaid;

  private Tail(
      TailOptions options,
      Function<ConsumerRecord<byte[], byte[]>, Values.Decoded<?>> decode,
      Predicate<String> print,
      Consumer<String> say) {
    this.options = options;
    this.decode = decode;
    this.print = print;
    this.say = say;
  }

  /**
   * Prints records until enough are shown, the end is reached, nobody reads on, or it is stopped.
   *
   * @param print takes a line, and says whether anybody reads on
   * @param say told what is no record: brokers that are away, records that cannot be compared
   */
  public static void follow(
      WorkerSettings settings,
      TailOptions options,
      Predicate<String> print,
      Consumer<String> say,
      BooleanSupplier stopped) {
    String topic = options.role().topic(settings.topics());
    ValueSerdes serdes = ValueSerdes.of(settings);
    Function<ConsumerRecord<byte[], byte[]>, Values.Decoded<?>> decode =
        options
            .role()
            .deserializer(serdes)
            .<Function<ConsumerRecord<byte[], byte[]>, Values.Decoded<?>>>map(
                deserializer -> {
                  Values<?> values = new Values<>(topic, deserializer);
                  return found -> values.decode(found.headers(), found.value());
                })
            .orElse(found -> new Values.Decoded<>(Optional.empty(), Optional.empty(), false));
    try (TopicReader reader =
        TopicReader.open(ClientSettings.consumer(settings.kafka()), List.of(topic))) {
      new Tail(options, decode, print, say).run(reader, stopped);
    }
  }

  private void run(TopicReader reader, BooleanSupplier stopped) {
    Map<TopicPartition, Long> ends = reader.committedEnds();
    reader.seek(options.from(), reader.partitions());
    while (!stopped.getAsBoolean() && !(options.untilEnd() && reader.reached(ends))) {
      for (ConsumerRecord<byte[], byte[]> found :
          options.untilEnd() ? reader.read(POLL) : reader.follow(POLL, say)) {
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
      sayUnread(seen);
      return true;
    }
    String line = options.json() ? seen.json().toString() : ReadableLine.of(options.role(), seen);
    shown++;
    return print.test(line) && (options.limit().isEmpty() || shown < options.limit().getAsLong());
  }

  /** What cannot be decoded may be what is looked for. */
  private void sayUnread(SeenRecord seen) {
    if (seen.fault().isPresent()
        && !unreadSaid
        && (options.requestId().isPresent() || options.traceId().isPresent())) {
      unreadSaid = true;
      say.accept(
          "tail: records that cannot be decoded are not compared; the first is "
              + seen.position()
              + ": "
              + seen.fault().get());
    }
  }
}
