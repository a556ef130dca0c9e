// SPDX-License-Identifier: Apache-2.0
package io.completionworker.hostile;

import static io.completionworker.hostile.RecordCase.call;
import static io.completionworker.hostile.RecordCase.invalid;
import static io.completionworker.hostile.SampleRequests.portkey;

import io.completionworker.avro.PortkeyOptions;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Record headers, and fields that become headers. */
final class OddHeaders {

  static final String CANARY = "canary-5ecret";

  private static final String BREAK = "a\r\nx-portkey-custom-host: http://evil.example";
  private static final byte[] NO_UTF8 = {(byte) 0xc3, (byte) 0x28};
  private static final List<String> TEXTS =
      List.of(
          "x-portkey-trace-id",
          "x-portkey-span-id",
          "x-portkey-parent-span-id",
          "x-portkey-span-name",
          "x-portkey-cache-namespace",
          "x-portkey-virtual-key",
          "x-portkey-provider",
          "tracestate",
          "baggage");

  private OddHeaders() {}

  static Stream<RecordCase> all() {
    return Stream.of(headers(), fields(), configs(), metadata(), dropped(), taken())
        .flatMap(cases -> cases);
  }

  private static Stream<RecordCase> headers() {
    return TEXTS.stream()
        .flatMap(
            name ->
                Stream.of(
                    bad(name + " with CR and LF", name).with(name, BREAK),
                    bad(name + " with NUL", name).with(name, "a\0b"),
                    bad(name + " beyond Latin-1", name).with(name, "\u4f60"),
                    bad(name + " that is no UTF-8", name).with(name, NO_UTF8),
                    bad(name + " of 9 000 characters", name).with(name, "a".repeat(9000))));
  }

  private static Stream<RecordCase> fields() {
    return Stream.of(
        field("trace_id", options -> options.setTraceId(BREAK)),
        field("span_id", options -> options.setSpanId(BREAK)),
        field("parent_span_id", options -> options.setParentSpanId(BREAK)),
        field("span_name", options -> options.setSpanName(BREAK)),
        field("cache_namespace", options -> options.setCacheNamespace(BREAK)),
        field("virtual_key", options -> options.setVirtualKey(BREAK)),
        field("provider", options -> options.setProvider(BREAK)));
  }

  private static Stream<RecordCase> configs() {
    String host = "{\"custom_host\":\"http://evil.example\",\"api_key\":\"" + CANARY + "\"}";
    String header = "x-portkey-config";
    return Stream.of(
        field("config", options -> options.setConfig(host)),
        field("config", options -> options.setConfig("pc-1\r\nhost: evil.example")),
        field("config", options -> options.setConfig("http://evil.example")),
        field("config", options -> options.setConfig("pc-")),
        bad("config header that names a host", header).with(header, host),
        bad("config header in capitals", header).with("X-PORTKEY-CONFIG", host),
        bad("config header behind a good one", header).with(header, "pc-good").with(header, host),
        bad("config header of a path", header).with(header, "pc-../../x"),
        bad("config header that is no UTF-8", header).with(header, NO_UTF8));
  }

  private static Stream<RecordCase> metadata() {
    String name = "x-portkey-metadata";
    return Stream.of(
        bad("metadata header of no JSON", name).with(name, "tenant=a"),
        bad("metadata header of an array", name).with(name, "[1]"),
        bad("metadata header of objects", name).with(name, "{\"a\":{}}"),
        bad("metadata header nested 10 000 deep", name).with(name, SampleRequests.nested(10_000)),
        bad("metadata header with a second value", name).with(name, "{} {}"),
        bad("metadata header that is no UTF-8", name).with(name, NO_UTF8),
        bad("force refresh of maybe", "x-portkey-cache-force-refresh")
            .with("x-portkey-cache-force-refresh", "maybe"),
        fine("metadata with line breaks and quotes")
            .with(name, "{\"a\":\"\\r\\n\\\"\",\"\\u0000\":\"\u4f60\"}"),
        call(
            "gateway metadata with line breaks",
            r -> r.setPortkey(portkey().setMetadata(Map.of("a\r\n", "\r\nb\u0000")).build())),
        call(
            "gateway metadata of a long value",
            r -> r.setPortkey(portkey().setMetadata(Map.of("a", "b".repeat(100_000))).build())));
  }

  /** Headers that would choose host or credentials: the call is made without them. */
  private static Stream<RecordCase> dropped() {
    return Stream.of(
            "x-portkey-api-key",
            "Authorization",
            "proxy-authorization",
            "x-portkey-custom-host",
            "X-Portkey-Forward-Headers",
            "connection",
            "host",
            "transfer-encoding",
            "content-length",
            "te",
            "upgrade",
            " authorization ")
        .map(name -> fine("forbidden header '" + name + "'").with(name, CANARY));
  }

  private static Stream<RecordCase> taken() {
    RecordCase flood = fine("a thousand headers");
    for (int i = 0; i < 1000; i++) {
      flood = flood.with("flood-" + i, "value " + i);
    }
    RecordCase same = fine("a header a thousand times");
    for (int i = 0; i < 1000; i++) {
      same = same.with("x-portkey-trace-id", "trace-" + i);
    }
    return Stream.of(
        flood,
        same,
        fine("header without a value").with("x-portkey-trace-id", (byte[]) null),
        fine("header of white space").with("x-portkey-trace-id", " \t "),
        fine("unknown header of garbage").with("whatever", NO_UTF8),
        fine("unknown header with CR and LF").with("whatever", BREAK),
        fine("header without a name").with("", "value"),
        fine("header with a line break in its name").with("a\r\nhost", "value"),
        fine("traceparent of garbage").with("traceparent", "garbage\r\n"),
        fine("traceparent of zeros").with("traceparent", "00-" + "0".repeat(32) + "-0-01"),
        fine("traceparent that is no UTF-8").with("traceparent", NO_UTF8),
        fine("traceparent of 100 000 characters").with("traceparent", "0".repeat(100_000)));
  }

  private static RecordCase bad(String name, String field) {
    return invalid(name, field, request -> request);
  }

  private static RecordCase fine(String name) {
    return call(name, request -> request);
  }

  private static RecordCase field(String name, UnaryOperator<PortkeyOptions.Builder> change) {
    PortkeyOptions options = change.apply(portkey()).build();
    return invalid(
        "portkey." + name + " of " + Integer.toHexString(options.hashCode()),
        "portkey." + name,
        request -> request.setPortkey(options));
  }
}
