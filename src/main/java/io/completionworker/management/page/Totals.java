// SPDX-License-Identifier: Apache-2.0
package io.completionworker.management.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.metrics.history.Sample.Series;
import io.completionworker.resilience.limit.LimitUse;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The samples of several instances combined into one, with a row for each instance. Nothing is made
 * up where an instance does not report a value: lag and rate cover all instances that answer, or
 * are left out.
 */
final class Totals {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Series of which the greatest value counts. Percentiles cannot be added, so these are those of
   * the slowest instance.
   */
  private static final Set<Series> GREATEST =
      EnumSet.of(
          Series.QUEUE_AGE,
          Series.CALL_P50,
          Series.CALL_P95,
          Series.CALL_P99,
          Series.REQUEST_P50,
          Series.REQUEST_P95,
          Series.REQUEST_P99);

  /**
   * Series that are left out if an instance lacks them. A partial sum would be taken for the whole.
   */
  private static final Set<Series> OF_ALL = EnumSet.of(Series.LAG, Series.DONE);

  /** The first column of the endpoint table that cannot be added. */
  private static final int FIRST_PERCENTILE = 3;

  private final ObjectNode values = JSON.createObjectNode();
  private final Set<Series> missing = new HashSet<>();
  private final Map<String, Map<JsonNode, ArrayNode>> tables = new LinkedHashMap<>();
  private final Map<List<String>, ObjectNode> limits = new LinkedHashMap<>();
  private final Map<String, Long> paused = new LinkedHashMap<>();
  private final ArrayNode instances = JSON.createArrayNode();
  private final ObjectNode data = JSON.createObjectNode();
  private final String group;
  private int answered;

  /** Begins with the sample of this instance. */
  Totals(ObjectNode own) {
    data.set("time", own.path("time"));
    data.set("allPartitions", own.at("/instance/allPartitions"));
    group = own.at("/instance/group").asText();
    add("", own);
  }

  /** Adds an instance that has answered. An instance of another group is only listed. */
  void add(String address, ObjectNode sample) {
    JsonNode instance = sample.path("instance");
    String its = instance.path("group").asText();
    if (!its.equals(group)) {
      silent(address, "Works in the group " + its, sample.path("time").asLong());
      return;
    }
    answered++;
    data.put("minute", Math.min(sample.path("minute").asLong(), least()));
    for (String field : List.of("partitions", "maxInFlight")) {
      data.put(field, data.path(field).asLong() + instance.path(field).asLong());
    }
    for (Series series : Series.values()) {
      add(series, sample.path("values").path(PeerSample.name(series)));
    }
    for (String table : PeerSample.TABLES) {
      sample.path("tables").path(table).forEach(row -> addRow(table, row));
    }
    instance.path("limits").forEach(this::addLimit);
    instance.path("controls").forEach(control -> addPaused(control, address.isEmpty()));
    instances.add(row(address, sample));
  }

  /** Lists an instance without its values, with the reason. */
  void silent(String address, String problem, long since) {
    instances
        .addObject()
        .put("address", address)
        .put("problem", problem)
        .put("since", since)
        .put("own", false);
  }

  /** Returns the combined sample. */
  ObjectNode json() {
    missing.forEach(series -> values.remove(PeerSample.name(series)));
    data.put("answered", answered);
    data.set("instances", instances);
    data.set("values", values);
    ObjectNode rows = data.putObject("tables");
    tables.forEach(
        (table, sums) -> {
          ArrayNode array = rows.putArray(table);
          sums.entrySet().stream()
              .sorted(
                  (one, other) ->
                      Double.compare(
                          numeric(other.getValue().get(0)), numeric(one.getValue().get(0))))
              .limit(PeerSample.MOST_ROWS)
              .forEach(
                  sum ->
                      array
                          .addObject()
                          .<ObjectNode>set("names", sum.getKey())
                          .set("values", sum.getValue()));
        });
    ObjectNode waiting = data.putObject("paused");
    paused.forEach(waiting::put);
    data.putArray("limits").addAll(limits.values().stream().limit(PeerSample.MOST_ROWS).toList());
    return data;
  }

  private long least() {
    return data.has("minute") ? data.path("minute").asLong() : Long.MAX_VALUE;
  }

  private void add(Series series, JsonNode value) {
    String name = PeerSample.name(series);
    if (value.isMissingNode() || value.isNull()) {
      if (OF_ALL.contains(series)) {
        missing.add(series);
      }
    } else {
      values.set(name, joined(values.get(name), value, GREATEST.contains(series)));
    }
  }

  private void addRow(String table, JsonNode row) {
    ArrayNode sums =
        tables
            .computeIfAbsent(table, name -> new LinkedHashMap<>())
            .computeIfAbsent(row.path("names"), names -> JSON.createArrayNode());
    JsonNode given = row.path("values");
    for (int column = 0; column < given.size(); column++) {
      boolean greatest = table.equals(PeerSample.ENDPOINTS) && column >= FIRST_PERCENTILE;
      JsonNode sum = joined(sums.get(column), given.get(column), greatest);
      if (column < sums.size()) {
        sums.set(column, sum);
      } else {
        sums.add(sum);
      }
    }
  }

  /**
   * Adds the use of a limit. What the endpoint reports covers all users of an account, so it is not
   * added up over the instances that received it.
   */
  private void addLimit(JsonNode limit) {
    List<String> key =
        List.of(
            limit.path("scope").asText(),
            limit.path("limit").asText(),
            limit.path("source").asText());
    ObjectNode known = limits.get(key);
    if (known == null) {
      limits.put(key, limit.deepCopy());
      return;
    }
    boolean heard = limit.path("source").asText().equals(LimitUse.HEADERS);
    known.set("used", joined(known.get("used"), limit.path("used"), heard));
    known.set("share", joined(known.get("share"), limit.path("share"), false));
    known.set("size", joined(known.get("size"), limit.path("size"), true));
  }

  /**
   * Adds the requests that a control of this instance keeps waiting. All have the same controls.
   */
  private void addPaused(JsonNode control, boolean own) {
    String id = control.path("id").asText();
    long waiting = control.path("waiting").asLong();
    if (own) {
      paused.put(id, waiting);
    } else {
      paused.computeIfPresent(id, (known, sum) -> sum + waiting);
    }
  }

  private static ObjectNode row(String address, ObjectNode sample) {
    JsonNode instance = sample.path("instance");
    ObjectNode row = JSON.createObjectNode().put("address", address);
    for (String field : List.of("name", "state", "ready", "partitions", "version", "started")) {
      row.set(field, instance.path(field));
    }
    row.put("own", address.isEmpty());
    row.put("waits", instance.path("waits").size());
    row.put("reason", instance.at("/reasons/0").asText(""));
    ObjectNode figures = row.putObject("values");
    for (Series series :
        List.of(Series.RESPONSES, Series.IN_FLIGHT, Series.PENDING, Series.LAG, Series.CALL_P95)) {
      JsonNode value = sample.path("values").path(PeerSample.name(series));
      if (!value.isMissingNode()) {
        figures.set(PeerSample.name(series), value);
      }
    }
    return row;
  }

  private static JsonNode joined(@Nullable JsonNode known, JsonNode more, boolean greatest) {
    if (known == null || known.isNull() || known.isMissingNode()) {
      return more.isMissingNode() ? JSON.nullNode() : more;
    }
    if (more.isNull() || more.isMissingNode()) {
      return known;
    }
    if (greatest) {
      return numeric(more) > numeric(known) ? more : known;
    }
    return JSON.getNodeFactory().numberNode(numeric(known) + numeric(more));
  }

  /** Returns the value of a number, or of text such as {@code >300}. */
  private static double numeric(@Nullable JsonNode value) {
    if (value == null) {
      return 0;
    }
    return value.isTextual() ? Double.parseDouble(value.asText().substring(1)) : value.asDouble();
  }
}
