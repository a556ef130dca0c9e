// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.usage;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.cli.records.ClientSettings;
import io.completionworker.cli.records.RecordsException;
import io.completionworker.cli.records.TopicReader;
import io.completionworker.cli.records.ValueDecoder;
import io.completionworker.cli.records.ValueDecoder.RecordFields;
import io.completionworker.cli.terminal.Table;
import io.completionworker.config.WorkerSettings;
import io.completionworker.format.ValueSerdes;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The usage and cost of each group, the most expensive first.
 *
 * @param notices reasons why the sums may be incomplete, one line each
 * @param complete whether every row could be decoded
 */
public record UsageReport(
    UsageQuestion question, UsageTotals totals, List<String> notices, boolean complete) {

  private static final Comparator<Map.Entry<String, UsageTotals.Row>> DEAREST_FIRST =
      Comparator.comparing(
              (Map.Entry<String, UsageTotals.Row> entry) -> amount(entry.getValue()),
              Comparator.reverseOrder())
          .thenComparing(entry -> entry.getValue().calls(), Comparator.reverseOrder())
          .thenComparing(Map.Entry::getKey);

  /**
   * Adds up the rows that are committed now. The timestamp of a record is the time at which its
   * attempt ended, so reading begins at the first record of the time range.
   *
   * @param looked receives the number of records read so far
   * @throws RecordsException when the brokers or the registry do not answer, or there are too many
   *     groups
   */
  public static UsageReport read(
      WorkerSettings settings, UsageQuestion question, LongConsumer looked) {
    String topic = settings.topics().usage();
    ValueDecoder<CompletionUsage> values =
        new ValueDecoder<>(topic, ValueSerdes.of(settings).eitherFormat(CompletionUsage.class));
    try (TopicReader reader =
        TopicReader.open(ClientSettings.consumer(settings.kafka()), List.of(topic))) {
      Reading reading = new Reading(question, values);
      reader.readThrough(question.from(), reading::add, looked);
      return reading.report(reader);
    }
  }

  /**
   * Returns the report for people.
   *
   * @param columns the number of columns that a line may have
   */
  public List<String> lines(int columns) {
    if (totals.groups().isEmpty()) {
      return List.of("No call ended in that time");
    }
    List<String> headings = new ArrayList<>();
    question.groupings().forEach(one -> headings.add(one.name().toUpperCase(Locale.ROOT)));
    int names = headings.size();
    headings.addAll(UsageTotals.HEADINGS);
    Table table = new Table(headings, names);
    for (Map.Entry<String, UsageTotals.Row> entry : sorted()) {
      table.add(row(question.values(entry.getKey()), entry.getValue()));
    }
    if (totals.groups().size() > 1) {
      List<String> all = new ArrayList<>(Collections.nCopies(names, ""));
      all.set(0, "all");
      table.add(row(all, totals.all()));
    }
    return table.lines(columns);
  }

  /** Returns the report for scripts: a JSON object for each group. */
  public List<String> json() {
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, UsageTotals.Row> entry : sorted()) {
      ObjectNode line = JsonNodeFactory.instance.objectNode();
      List<String> values = question.values(entry.getKey());
      for (int i = 0; i < values.size(); i++) {
        line.put(question.groupings().get(i).name(), values.get(i));
      }
      entry.getValue().describe(line);
      lines.add(line.toString());
    }
    return lines;
  }

  private static List<String> row(List<String> names, UsageTotals.Row row) {
    return Stream.concat(names.stream(), row.cells().stream()).toList();
  }

  private List<Map.Entry<String, UsageTotals.Row>> sorted() {
    return totals.groups().entrySet().stream().sorted(DEAREST_FIRST).toList();
  }

  /**
   * Returns the sum over all currencies, which serves only to sort. Amounts in different currencies
   * cannot be compared.
   */
  private static BigDecimal amount(UsageTotals.Row row) {
    return row.cost().values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  /** Adds up the rows of the usage topic, and records what the sums lack. */
  private static final class Reading {

    /** The most groups. More would be unreadable, and would take too much memory. */
    private static final int MOST_GROUPS = 100_000;

    private final UsageQuestion question;
    private final ValueDecoder<CompletionUsage> values;
    private final UsageTotals totals = new UsageTotals();
    private long undecodable;
    private @Nullable String firstFault;

    private Reading(UsageQuestion question, ValueDecoder<CompletionUsage> values) {
      this.question = question;
      this.values = values;
    }

    private void add(ConsumerRecord<byte[], byte[]> found) {
      ValueDecoder.Decoded<CompletionUsage> decoded = values.answered(found);
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
        firstFault = RecordFields.positionText(found) + ": " + reason;
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

    /**
     * Returns the time of the oldest remaining rows if older ones in the time range may be deleted.
     */
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
}
