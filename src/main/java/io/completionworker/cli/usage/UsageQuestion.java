// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.usage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.cli.records.StartAt;
import io.completionworker.config.key.NearestKey;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which usage rows to add up, and how to group them.
 *
 * @param groupings how to group the rows, at least one grouping
 * @param wanted values that a row must have to count
 * @param from only attempts that ended at this time or later count
 * @param to only attempts that ended before this time count
 * @param zone the time zone in which days and hours begin
 */
public record UsageQuestion(
    List<Grouping> groupings, Map<Grouping, String> wanted, StartAt from, Instant to, ZoneId zone) {

  /** Separates the values of a group. No value contains it. */
  private static final String SEPARATOR = "\u0000";

  /** Whether a row counts. */
  boolean counts(CompletionUsage row) {
    Instant time = row.getCompletedAt();
    Instant first = from.time();
    return (first == null || !time.isBefore(first))
        && time.isBefore(to)
        && wanted.entrySet().stream()
            .allMatch(one -> one.getKey().of(row, zone).equals(one.getValue()));
  }

  /** Returns the group that a row belongs to. */
  String group(CompletionUsage row) {
    return groupings.stream()
        .map(grouping -> grouping.of(row, zone).replace(SEPARATOR, "?"))
        .collect(Collectors.joining(SEPARATOR));
  }

  /** Returns the values that name a group, one for each grouping. */
  public List<String> values(String group) {
    return List.of(group.split(SEPARATOR, -1));
  }

  /**
   * A property by which usage rows can be grouped: a column that names something, a member of the
   * metadata, or the day or hour in which an attempt ended.
   *
   * @param name name on the command line
   */
  public record Grouping(String name, BiFunction<CompletionUsage, ZoneId, String> value) {

    /** The value of a row that lacks the property. */
    public static final String NONE = "-";

    private static final String METADATA = "metadata.";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, Grouping> NAMED = named();

    /**
     * Parses a name.
     *
     * @throws IllegalArgumentException with the name that was probably meant
     */
    public static Grouping parse(String name) {
      if (name.startsWith(METADATA) && name.length() > METADATA.length()) {
        String member = name.substring(METADATA.length());
        return new Grouping(name, (row, zone) -> metadata(row, member));
      }
      return Optional.ofNullable(NAMED.get(name))
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "usage rows cannot be told apart by '"
                          + name
                          + "'; "
                          + NearestKey.within(name, NAMED.keySet(), Math.max(2, name.length() / 3))
                              .map(meant -> "did you mean " + meant + "?")
                              .orElse(
                                  "there are metadata.NAME, "
                                      + String.join(", ", NAMED.keySet()))));
    }

    /** Returns the value of a row, or {@link #NONE} when it has none. */
    public String of(CompletionUsage row, ZoneId zone) {
      return value.apply(row, zone);
    }

    private static Map<String, Grouping> named() {
      Map<String, Function<CompletionUsage, @Nullable Object>> columns = new HashMap<>();
      columns.put("request_id", CompletionUsage::getRequestId);
      columns.put("call_id", CompletionUsage::getCallId);
      columns.put("trace_id", CompletionUsage::getTraceId);
      columns.put("batch_id", CompletionUsage::getBatchId);
      columns.put("source_topic", CompletionUsage::getSourceTopic);
      columns.put("source_partition", CompletionUsage::getSourcePartition);
      columns.put("attempt", CompletionUsage::getAttempt);
      columns.put("outcome", CompletionUsage::getOutcome);
      columns.put("reason", CompletionUsage::getReason);
      columns.put("status", CompletionUsage::getStatus);
      columns.put("finish_reason", CompletionUsage::getFinishReason);
      columns.put("recovered", CompletionUsage::getRecovered);
      columns.put("endpoint", CompletionUsage::getEndpoint);
      columns.put("provider", CompletionUsage::getProvider);
      columns.put("model", CompletionUsage::getModel);
      columns.put("model_served", CompletionUsage::getModelServed);
      columns.put("service_tier", CompletionUsage::getServiceTier);
      columns.put("virtual_key", CompletionUsage::getVirtualKey);
      columns.put("end_user", CompletionUsage::getEndUser);
      columns.put("usage_source", CompletionUsage::getUsageSource);
      columns.put("billable", CompletionUsage::getBillable);
      columns.put("cache_status", CompletionUsage::getCacheStatus);
      columns.put("service_tier_requested", CompletionUsage::getServiceTierRequested);
      columns.put("currency", CompletionUsage::getCurrency);
      Map<String, Grouping> named = new TreeMap<>();
      columns.forEach(
          (name, column) ->
              named.put(name, new Grouping(name, (row, zone) -> text(column.apply(row)))));
      named.put("day", new Grouping("day", (row, zone) -> day(row.getCompletedAt(), zone)));
      named.put("hour", new Grouping("hour", (row, zone) -> hour(row.getCompletedAt(), zone)));
      return named;
    }

    private static String text(@Nullable Object value) {
      return value == null ? NONE : value.toString();
    }

    private static String metadata(CompletionUsage row, String member) {
      String metadata = row.getMetadata();
      if (metadata == null) {
        return NONE;
      }
      try {
        JsonNode value = JSON.readTree(metadata).path(member);
        return value.isMissingNode() || value.isNull() ? NONE : value.asText();
      } catch (JsonProcessingException e) {
        return NONE;
      }
    }

    private static String day(Instant time, ZoneId zone) {
      return time.atZone(zone).toLocalDate().toString();
    }

    private static String hour(Instant time, ZoneId zone) {
      return time.atZone(zone).truncatedTo(ChronoUnit.HOURS).toOffsetDateTime().toString();
    }
  }
}
