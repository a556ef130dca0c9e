// SPDX-License-Identifier: Apache-2.0
package io.completionworker.container;

import static io.completionworker.container.Places.all;
import static io.completionworker.container.Places.answered;
import static io.completionworker.container.Places.noOutputHeader;
import static io.completionworker.container.Places.outputHeaders;
import static io.completionworker.container.Places.response;
import static io.completionworker.container.Places.sentHeader;
import static io.completionworker.container.Places.usage;
import static io.completionworker.container.Places.wireOnly;

import com.fasterxml.jackson.core.type.TypeReference;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.PortkeyOptions;
import io.completionworker.container.Row.Place;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;

/** Headers: each set once as a field of the record's value and once as a header of the record. */
final class HeaderRows {

  private static final String API_KEY = "x-portkey-api-key";
  private static final String TRACE_ID = "x-portkey-trace-id";

  private HeaderRows() {}

  /** A field of the options with the header that it stands for. */
  private record Header(String field, BiConsumer<PortkeyOptions.Builder, String> set) {

    String name() {
      return "x-portkey-" + field.replace('_', '-');
    }

    Row byField(String value, Place effect, Place outputs) {
      PortkeyOptions.Builder options = PortkeyOptions.newBuilder();
      set.accept(options, value);
      return row("field `portkey." + field + "`", value, options, Map.of(), effect, outputs);
    }

    /** The value's field says something else, which must not count. */
    Row byHeader(String value, String loses, Place effect, Place outputs) {
      PortkeyOptions.Builder options = PortkeyOptions.newBuilder();
      set.accept(options, loses);
      return row("record header", value, options, Map.of(name(), value), effect, outputs);
    }

    private Row row(
        String said,
        String value,
        PortkeyOptions.Builder options,
        Map<String, String> headers,
        Place effect,
        Place outputs) {
      String id = name() + " as " + said.replace("`", "");
      return new Row(
          name(),
          said,
          Row.request(id, id).setPortkey(options.build()).build(),
          headers,
          sentHeader(name(), value),
          effect,
          outputs);
    }

    /** A header that this gateway keeps to itself. */
    List<Row> kept(String one, String other, Function<String, Place> outputs) {
      return List.of(
          byField(one, wireOnly(name()), all(outputs.apply(one), notCopied())),
          byHeader(
              other,
              one,
              wireOnly(name()),
              all(outputs.apply(other), outputHeaders(name(), other))));
    }

    private Place notCopied() {
      return noOutputHeader(name(), "");
    }
  }

  /** Those of the endpoint's page, in its order. */
  static List<Row> ofThePage() {
    return Stream.of(
            List.of(apiKey()),
            new Header("virtual_key", PortkeyOptions.Builder::setVirtualKey)
                .kept("vk-field", "vk-header", HeaderRows::virtualKey),
            traceId(),
            span(new Header("span_id", PortkeyOptions.Builder::setSpanId)),
            span(new Header("parent_span_id", PortkeyOptions.Builder::setParentSpanId)),
            span(new Header("span_name", PortkeyOptions.Builder::setSpanName)),
            new Header("metadata", (options, json) -> options.setMetadata(map(json)))
                .kept("{\"by\":\"field\"}", "{\"by\":\"header\"}", HeaderRows::metadata),
            unseen(
                new Header("cache_namespace", PortkeyOptions.Builder::setCacheNamespace),
                "ns-field",
                "ns-header"),
            unseen(
                new Header(
                    "cache_force_refresh",
                    (options, text) -> options.setCacheForceRefresh(Boolean.valueOf(text))),
                "true",
                "true"))
        .flatMap(List::stream)
        .toList();
  }

  /**
   * Those that choose where the gateway sends a call.
   *
   * @param provider base URL, for a config
   */
  static List<Row> newer(String provider) {
    return Stream.of(provider(), config(provider)).flatMap(List::stream).toList();
  }

  private static Row apiKey() {
    return new Row(
        API_KEY,
        "not by a record: `gateway.api.key`; a record header is dropped",
        Row.request(API_KEY, API_KEY).build(),
        Map.of(API_KEY, "pk-of-a-record"),
        sentHeader(API_KEY, ContainerStand.API_KEY),
        wireOnly(API_KEY),
        noOutputHeader(API_KEY, "nowhere"));
  }

  private static List<Row> traceId() {
    Header header = new Header("trace_id", PortkeyOptions.Builder::setTraceId);
    return List.of(
        header.byField("trace-field", answered(TRACE_ID, "trace-field"), trace("trace-field")),
        header.byHeader(
            "trace-header",
            "trace-loses",
            answered(TRACE_ID, "trace-header"),
            trace("trace-header")));
  }

  private static Place trace(String id) {
    return all(
        outputHeaders(TRACE_ID, id),
        response("gateway.trace_id", r -> r.getGateway().getTraceId(), id),
        usage("trace_id", CompletionUsage::getTraceId, id));
  }

  private static List<Row> span(Header header) {
    String one = header.field().replace('_', '-') + "-field";
    String other = header.field().replace('_', '-') + "-header";
    Place effect = wireOnly(header.name());
    return List.of(
        header.byField(one, effect, outputHeaders(header.name(), one)),
        header.byHeader(other, one, effect, outputHeaders(header.name(), other)));
  }

  /** A header that no output has a field for. */
  private static List<Row> unseen(Header header, String one, String other) {
    Place effect = wireOnly(header.name());
    return List.of(
        header.byField(one, effect, noOutputHeader(header.name(), "nowhere")),
        header.byHeader(
            other, one.equals(other) ? "false" : one, effect, outputHeaders(header.name(), other)));
  }

  private static List<Row> provider() {
    Header header = new Header("provider", PortkeyOptions.Builder::setProvider);
    String name = "together-ai";
    Place effect = answered(header.name(), name);
    Place outputs =
        all(
            response("gateway.provider", r -> r.getGateway().getProvider(), name),
            usage("provider", CompletionUsage::getProvider, name));
    return List.of(
        header.byField(name, effect, outputs),
        header.byHeader(name, "openai", effect, all(outputs, outputHeaders(header.name(), name))));
  }

  /** A config of one target: the gateway says which it took. */
  private static List<Row> config(String provider) {
    Header header = new Header("config", PortkeyOptions.Builder::setConfig);
    String json =
        """
        {"strategy":{"mode":"fallback"},"targets":[{"provider":"openai","api_key":"sk",\
        "custom_host":"%s"}]}"""
            .formatted(provider);
    Place effect = answered("x-portkey-last-used-option-index", "config.targets[0]");
    Place outputs =
        all(
            response(
                "gateway.last_used_option_index",
                r -> r.getGateway().getLastUsedOptionIndex(),
                "config.targets[0]"),
            noOutputHeader(header.name(), "inline JSON may hold keys, so it is not copied"));
    return Stream.of(
            header.byField(json, effect, outputs),
            header.byHeader(json, "pc-loses", effect, outputs))
        .map(row -> wordless(row, "inline JSON, with `gateway.config.inline=true`"))
        .toList();
  }

  /** Without the config itself, whose port is another one at each run. */
  private static Row wordless(Row row, String word) {
    return new Row(
        row.name(),
        row.said() + ": " + word,
        row.request(),
        row.headers(),
        sighting -> {
          row.wire().look(sighting);
          return "as it is";
        },
        row.effect(),
        row.outputs());
  }

  private static Place virtualKey(String key) {
    return usage("virtual_key", CompletionUsage::getVirtualKey, key);
  }

  private static Place metadata(String json) {
    return usage("metadata", CompletionUsage::getMetadata, json);
  }

  private static Map<String, String> map(String json) {
    return Places.JSON.convertValue(Places.json(json), new TypeReference<Map<String, String>>() {});
  }
}
