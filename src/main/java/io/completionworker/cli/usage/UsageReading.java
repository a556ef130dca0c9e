// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.usage;

import io.completionworker.avro.CompletionUsage;
import io.completionworker.cli.clients.ClientSettings;
import io.completionworker.cli.records.Positions;
import io.completionworker.cli.records.RecordsException;
import io.completionworker.cli.records.TopicReader;
import io.completionworker.cli.records.Values;
import io.completionworker.config.WorkerSettings;
import io.completionworker.format.ValueSerdes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Adds up the rows of the usage topic. */
public final class UsageReading {

  /** More groups than anybody reads, and than memory should hold. */
  private static final int MOST_GROUPS = 100_000;

  private final UsageQuestion question;
  private final Values<CompletionUsage> values;
  private final UsageTotals totals = new UsageTotals();
  private long undecodable;
  private @Nullable String firstFault;

  private UsageReading(UsageQuestion question, Values<CompletionUsage> values) {
    this.question = question;
    this.values = values;
  }

  /**
   * Reads what is committed now. A row's record has the time at which its attempt ended, so it
   * begins at the record of that time.
   *
   * @param looked told how many records it has looked at
   * @throws RecordsException when brokers or registry cannot be asked, or there are too many groups
   */
  public static UsageReport read(
      WorkerSettings settings, UsageQuestion question, LongConsumer looked) {
    String topic = settings.topics().usage();
    Values<CompletionUsage> values =
        new Values<>(topic, ValueSerdes.of(settings).eitherFormat(CompletionUsage.class));
    try (TopicReader reader =
        TopicReader.open(ClientSettings.consumer(settings.kafka()), List.of(topic))) {
      UsageReading reading = new UsageReading(question, values);
      reader.readThrough(question.from(), reading::add, looked);
      return reading.report(reader);
    }
  }

  private void add(ConsumerRecord<byte[], byte[]> found) {
    Values.Decoded<CompletionUsage> decoded = values.answered(found);
    decoded.fault().ifPresent(reason -> undecodable(found, reason));
    decoded.value().filter(question::counts).ifPresent(this::count);
  }

  private void count(CompletionUsage row) {
    totals.add(question.group(row), row);
    if (totals.groups().size() > MOST_GROUPS) {
      throw new RecordsException(
          "There are more than "
              + MOST_GROUPS
              + " groups; ask for a shorter time, or load the usage topic into a database");
    }
  }

  private void undecodable(ConsumerRecord<byte[], byte[]> found, String reason) {
    undecodable++;
    if (firstFault == null) {
      firstFault = Positions.text(found) + ": " + reason;
    }
  }

  private UsageReport report(TopicReader reader) {
    List<String> notices = new ArrayList<>();
    if (undecodable > 0) {
      notices.add(
          "The sums lack "
              + undecodable
              + (undecodable == 1 ? " row that" : " rows that")
              + " cannot be decoded; the first is "
              + firstFault);
    }
    deletedUntil(reader)
        .ifPresent(
            time ->
                notices.add(
                    "Rows before "
                        + Instant.ofEpochMilli(time)
                        + " may be gone: the topic's retention has deleted its oldest records"));
    return new UsageReport(question, totals, notices, undecodable == 0);
  }

  /** The time of the oldest rows, where older ones that were asked for have been deleted. */
  private OptionalLong deletedUntil(TopicReader reader) {
    Instant from = question.from().time();
    Map<TopicPartition, Long> times = reader.oldestTimes();
    return reader.oldest().entrySet().stream()
        .filter(oldest -> oldest.getValue() > 0)
        .map(oldest -> times.get(oldest.getKey()))
        .filter(time -> time != null && (from == null || time > from.toEpochMilli()))
        .mapToLong(Long::longValue)
        .max();
  }
}
