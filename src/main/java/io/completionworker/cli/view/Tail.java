// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.view;

import io.completionworker.cli.records.ClientSettings;
import io.completionworker.cli.records.StartAt;
import io.completionworker.cli.records.TopicReader;
import io.completionworker.cli.records.ValueDecoder;
import io.completionworker.cli.view.SeenRecord.Role;
import io.completionworker.config.WorkerSettings;
import io.completionworker.format.ValueSerdes;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Follows one topic, or the request topics of several classes, and prints the records. */
public final class Tail {

  private static final Duration POLL = Duration.ofMillis(200);

  /** The number of offsets of each partition to read at first to find the newest records. */
  private static final long FIRST_LOOK = 100;

  private static final long MOST_BACK = Long.MAX_VALUE / 8;

  private final Options options;
  private final Function<ConsumerRecord<byte[], byte[]>, ValueDecoder.Decoded<?>> decode;
  private final Predicate<String> print;
  private final Consumer<String> say;
  private long shown;
  private boolean unreadSaid;

  private Tail(
      Options options,
      Function<ConsumerRecord<byte[], byte[]>, ValueDecoder.Decoded<?>> decode,
      Predicate<String> print,
      Consumer<String> say) {
    this.options = options;
    this.decode = decode;
    this.print = print;
    this.say = say;
  }

  /**
   * Prints records until enough are shown, the end is reached, the output is closed, or the command
   * is stopped.
   *
   * @param print prints a line, and returns whether the output is still open
   * @param say receives messages about brokers that do not answer and records that cannot be
   *     compared
   */
  public static void follow(
      WorkerSettings settings,
      Options options,
      Predicate<String> print,
      Consumer<String> say,
      BooleanSupplier stopped) {
    String topic = options.role().topic(settings.topics());
    Collection<String> topics =
        options.role() == Role.REQUESTS ? options.requestTopics() : List.of(topic);
    ValueSerdes serdes = ValueSerdes.of(settings);
    Function<ConsumerRecord<byte[], byte[]>, ValueDecoder.Decoded<?>> decode =
        options
            .role()
            .deserializer(serdes)
            .<Function<ConsumerRecord<byte[], byte[]>, ValueDecoder.Decoded<?>>>map(
                deserializer -> {
                  ValueDecoder<?> values = new ValueDecoder<>(topic, deserializer);
                  return found -> values.on(found.topic()).decode(found.headers(), found.value());
                })
            .orElse(found -> new ValueDecoder.Decoded<>(Optional.empty(), Optional.empty(), false));
    try (TopicReader reader = TopicReader.open(ClientSettings.consumer(settings.kafka()), topics)) {
      new Tail(options, decode, print, say).run(reader, stopped);
    }
  }

  private void run(TopicReader reader, BooleanSupplier stopped) {
    Map<TopicPartition, Long> ends = reader.committedEnds();
    if (options.newest()) {
      newest(reader, ends, stopped);
      return;
    }
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

  /**
   * Shows the newest records in the order of their times. How far back they begin is not known: not
   * every offset has a record, and not every record matches. So this reads from further and further
   * back, until enough records are found and no earlier record can be newer than those.
   */
  private void newest(TopicReader reader, Map<TopicPartition, Long> ends, BooleanSupplier stopped) {
    Map<TopicPartition, Long> oldest = reader.oldest();
    long back = Math.max(FIRST_LOOK, Math.min(options.limit().orElseThrow(), MOST_BACK));
    while (true) {
      Map<TopicPartition, Long> starts = new HashMap<>();
      for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
        long first = oldest.getOrDefault(end.getKey(), 0L);
        starts.put(end.getKey(), Math.max(first, end.getValue() - back));
      }
      reader.resume(starts);
      Newest found = found(reader, ends, stopped);
      if (stopped.getAsBoolean() || found.isWhole(starts, oldest)) {
        print(found.lines());
        return;
      }
      back = Math.min(back * 4, MOST_BACK);
    }
  }

  private void print(List<String> lines) {
    for (String line : lines) {
      if (!print.test(line)) {
        return;
      }
    }
  }

  /** Finds the newest records between the position of the reader and these ends. */
  private Newest found(
      TopicReader reader, Map<TopicPartition, Long> ends, BooleanSupplier stopped) {
    Newest found = new Newest(options.limit().orElseThrow());
    while (!stopped.getAsBoolean() && !reader.reached(ends)) {
      for (ConsumerRecord<byte[], byte[]> one : reader.read(POLL)) {
        if (!isBehind(one, ends)) {
          found.look(one, matching(one));
        }
      }
    }
    return found;
  }

  private static boolean isBehind(
      ConsumerRecord<byte[], byte[]> found, Map<TopicPartition, Long> ends) {
    TopicPartition partition = new TopicPartition(found.topic(), found.partition());
    return found.offset() >= ends.getOrDefault(partition, Long.MAX_VALUE);
  }

  private boolean show(ConsumerRecord<byte[], byte[]> found) {
    Optional<String> line = matching(found);
    if (line.isEmpty()) {
      return true;
    }
    shown++;
    return print.test(line.get())
        && (options.limit().isEmpty() || shown < options.limit().getAsLong());
  }

  /** Returns the record as a line; empty when it does not match. */
  private Optional<String> matching(ConsumerRecord<byte[], byte[]> found) {
    SeenRecord seen = SeenRecord.of(found, decode.apply(found));
    if (!seen.matches(options)) {
      sayUnread(seen);
      return Optional.empty();
    }
    return Optional.of(options.json() ? seen.json().toString() : seen.line(options.role()));
  }

  /** Reports once that a record cannot be decoded, since it might match. */
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

  /**
   * The options of a tail.
   *
   * @param requestTopics topics of the requests to show, if it is requests
   * @param limit the most records to show
   * @param newest whether to show the newest records; {@code from} is ignored then
   * @param untilEnd whether to stop after the records that exist at the start
   */
  public record Options(
      Role role,
      List<String> requestTopics,
      StartAt from,
      Optional<String> traceId,
      Optional<String> requestId,
      Optional<String> key,
      OptionalLong limit,
      boolean newest,
      boolean untilEnd,
      boolean json) {}

  /** Keeps the newest lines, by the times of their records. For one thread. */
  private static final class Newest {

    private final long most;
    private final PriorityQueue<Dated> kept = new PriorityQueue<>();

    /** The time of the first record read from each partition. */
    private final Map<TopicPartition, Long> since = new HashMap<>();

    private record Dated(long time, int partition, long offset, String line)
        implements Comparable<Dated> {

      private static final Comparator<Dated> ORDER =
          Comparator.comparingLong(Dated::time)
              .thenComparingInt(Dated::partition)
              .thenComparingLong(Dated::offset);

      @Override
      public int compareTo(Dated other) {
        return ORDER.compare(this, other);
      }
    }

    /** Creates a collection of at most this many lines. */
    Newest(long most) {
      this.most = most;
    }

    /**
     * Looks at the next record of a partition, and keeps its line if it is among the newest.
     *
     * @param line the record as a line; empty when it does not match
     */
    void look(ConsumerRecord<byte[], byte[]> found, Optional<String> line) {
      since.putIfAbsent(new TopicPartition(found.topic(), found.partition()), found.timestamp());
      if (line.isPresent()) {
        kept.add(new Dated(found.timestamp(), found.partition(), found.offset(), line.get()));
        if (kept.size() > most) {
          kept.remove();
        }
      }
    }

    /** Whether no record before these offsets can be newer than those kept. */
    boolean isWhole(Map<TopicPartition, Long> starts, Map<TopicPartition, Long> oldest) {
      Dated last = kept.peek();
      return starts.entrySet().stream()
          .allMatch(
              start -> {
                Long seen = since.get(start.getKey());
                boolean all = start.getValue() <= oldest.getOrDefault(start.getKey(), 0L);
                boolean older = last != null && seen != null && seen <= last.time();
                return all || (kept.size() == most && older);
              });
    }

    /** Returns the lines, oldest first. */
    List<String> lines() {
      return kept.stream().sorted().map(Dated::line).toList();
    }
  }
}
