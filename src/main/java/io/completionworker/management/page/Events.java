// SPDX-License-Identifier: Apache-2.0
package io.completionworker.management.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.completionworker.management.page.StatusPage.Instance;
import io.completionworker.metrics.history.History;
import io.completionworker.metrics.history.Sample;
import io.completionworker.metrics.history.Sample.Point;
import io.completionworker.metrics.history.Sample.Row;
import io.completionworker.metrics.history.Sample.Series;
import io.completionworker.resilience.limit.LimitUse;
import java.math.BigDecimal;
import java.math.MathContext;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Encodes samples as server-sent events, see the HTML standard, section 9.2. There are two kinds:
 * {@code history}, which has all points by series and comes first, and {@code sample}, which has
 * one point with the state and the tables of that moment. Times are milliseconds since 1970.
 */
final class Events {

  /** Digits in a history: as many as a plot can show. More would triple the length of a history. */
  private static final MathContext OF_HISTORY = new MathContext(5);

  /** Digits in a sample: as many as a sum of money or tokens has. */
  private static final MathContext OF_NOW = new MathContext(12);

  private static final List<Series> OF_ENDPOINT =
      List.of(
          Series.IN_FLIGHT, Series.CALLS, Series.CALLS_FAILED, Series.CALL_P50, Series.CALL_P95);

  private static final ObjectMapper JSON = new ObjectMapper();

  private Events() {}

  /**
   * Encodes all points.
   *
   * @param page id of the page that can read this
   * @param docs where the documentation is; null when that is not configured
   */
  static String history(List<Point> points, String page, @Nullable URI docs) {
    ObjectNode data = JSON.createObjectNode();
    data.put("page", page);
    data.put("docs", docs == null ? null : docs.toString());
    data.put("step", History.STEP.toMillis());
    data.put("most", History.POINTS);
    ArrayNode times = data.putArray("times");
    points.forEach(point -> times.add(point.time().toEpochMilli()));
    ObjectNode series = data.putObject("series");
    for (Series each : Series.values()) {
      if (points.stream().anyMatch(point -> point.values().containsKey(each))) {
        ArrayNode values = series.putArray(name(each));
        points.forEach(point -> values.add(value(point, each, OF_HISTORY)));
      }
    }
    return event("history", data);
  }

  /** Encodes one point, and all else that the page shows. */
  static ObjectNode sample(Sample sample, Instance instance) {
    ObjectNode data = JSON.createObjectNode();
    data.put("time", sample.point().time().toEpochMilli());
    ObjectNode values = data.putObject("values");
    Point point = sample.point();
    point.values().keySet().forEach(each -> values.set(name(each), value(point, each, OF_NOW)));
    data.put("minute", sample.minute().plusMillis(500).toSeconds());
    ObjectNode tables = data.putObject("tables");
    sample.tables().forEach((table, rows) -> addRows(tables.putArray(name(table)), rows));
    addEndpoint(tables.putArray("endpoints"), point, instance);
    data.set("instance", instance(instance));
    return data;
  }

  private static ObjectNode instance(Instance instance) {
    ObjectNode data = JSON.createObjectNode();
    data.put("id", instance.id());
    data.put("name", instance.name());
    data.put("group", instance.group());
    data.put("state", instance.state());
    data.put("ready", instance.ready());
    ArrayNode reasons = data.putArray("reasons");
    instance.reasons().forEach(reasons::add);
    data.set("waits", WaitsJson.array(instance.waits()));
    data.set("controls", instance.controls().json());
    data.put("moreControls", instance.controls().more());
    ArrayNode limits = data.putArray("limits");
    instance.limits().forEach(limit -> addLimit(limits.addObject(), limit));
    data.put("partitions", instance.partitions());
    data.put("allPartitions", instance.allPartitions());
    data.put("maxInFlight", instance.maxInFlight());
    data.put("version", instance.version());
    data.put("started", instance.started().toEpochMilli());
    return data;
  }

  private static void addLimit(ObjectNode data, LimitUse limit) {
    data.put("scope", limit.scope());
    data.put("limit", limit.limit());
    data.set("size", JSON.getNodeFactory().numberNode(number(limit.size(), OF_NOW)));
    data.set("share", JSON.getNodeFactory().numberNode(number(limit.share(), OF_NOW)));
    data.set("used", JSON.getNodeFactory().numberNode(number(limit.used(), OF_NOW)));
    data.put("source", limit.source());
  }

  /**
   * Adds the calls of the endpoint, and how long answered calls take. There is one row, since there
   * is one endpoint.
   */
  private static void addEndpoint(ArrayNode table, Point point, Instance instance) {
    ObjectNode row = table.addObject();
    row.putArray("names").add(instance.endpoint());
    ArrayNode values = row.putArray("values");
    for (Series each : OF_ENDPOINT) {
      values.add(value(point, each, OF_NOW));
    }
  }

  private static void addRows(ArrayNode table, List<Row> rows) {
    for (Row row : rows) {
      ObjectNode node = table.addObject();
      ArrayNode names = node.putArray("names");
      row.names().forEach(names::add);
      ArrayNode values = node.putArray("values");
      row.values().forEach(value -> values.add(number(value, OF_NOW)));
    }
  }

  /** Formats an event. Jackson's JSON has no line breaks, so one data line has all of it. */
  static String event(String type, ObjectNode data) {
    return "event: " + type + "\ndata: " + data + "\n\n";
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns a number, or text such as {@code >300} when only a lower bound is known, or null when
   * there is no value.
   */
  private static JsonNode value(Point point, Series series, MathContext digits) {
    BigDecimal number = number(point.values().get(series), digits);
    return number != null && point.exceeded().contains(series)
        ? TextNode.valueOf(">" + number.toPlainString())
        : JSON.getNodeFactory().numberNode(number);
  }

  private static @Nullable BigDecimal number(@Nullable Double value, MathContext digits) {
    return value == null ? null : BigDecimal.valueOf(value).round(digits).stripTrailingZeros();
  }
}
