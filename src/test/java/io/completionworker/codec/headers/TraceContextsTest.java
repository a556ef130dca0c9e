// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec.headers;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.CompletionCall.TraceContext;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.config.GatewayConfig.HeaderRules;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextsTest {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String PARENT = "00f067aa0ba902b7";
  private static final String SPAN = "b7ad6b7169203331";
  private static final String INCOMING = "00-" + TRACE + "-" + PARENT + "-00";

  private static GatewayHeaders.Found read(SourceRecord source) {
    return new GatewayHeaders(new HeaderRules(Map.of(), Set.of(), false)).read(source, null);
  }

  private static TraceContext context(SourceRecord source) {
    return TraceContexts.of(source, read(source));
  }

  private static TraceContext context(RecordHeader... headers) {
    return context(Sources.with(headers));
  }

  private static RecordHeader header(String name, String value) {
    return RecordHeader.of(name, value);
  }

  private static String sha256(String text, int digits) throws Exception {
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash).substring(0, digits);
  }

  @Test
  void shouldGoOnWithAnIncomingTrace() {
    TraceContext trace =
        context(header("traceparent", INCOMING), header("x-portkey-span-id", SPAN));

    assertThat(trace.traceId()).isEqualTo(TRACE);
    assertThat(trace.spanId()).isEqualTo(SPAN);
    assertThat(trace.parentSpanId()).isEqualTo(PARENT);
    assertThat(trace.traceparent()).isEqualTo("00-" + TRACE + "-" + SPAN + "-00");
  }

  @Test
  void shouldLetTheGatewaysOwnIdsWinOverAnIncomingTrace() throws Exception {
    TraceContext trace =
        context(
            header("traceparent", INCOMING),
            header("x-portkey-trace-id", "my trace"),
            header("x-portkey-span-id", "my span"),
            header("x-portkey-parent-span-id", "my parent"),
            header("x-portkey-span-name", "my name"));

    assertThat(trace.traceId()).isEqualTo("my trace");
    assertThat(trace.spanId()).isEqualTo("my span");
    assertThat(trace.parentSpanId()).isEqualTo("my parent");
    assertThat(trace.spanName()).isEqualTo("my name");
    assertThat(trace.traceparent())
        .isEqualTo("00-" + sha256("my trace", 32) + "-" + sha256("my span", 16) + "-00");
  }

  @Test
  void shouldMakeIdsOfThePositionAndTheTimeSoThatTheyOutliveARestart() throws Exception {
    TraceContext trace = context(Sources.at(42, 1000));

    assertThat(trace.traceId()).isEqualTo(sha256("requests-3-42 1000", 48).substring(0, 32));
    assertThat(trace.spanId()).isEqualTo(sha256("requests-3-42 1000", 48).substring(32));
    assertThat(trace.parentSpanId()).isNull();
    assertThat(trace.spanName()).isNull();
    assertThat(trace.traceparent())
        .isEqualTo("00-" + trace.traceId() + "-" + trace.spanId() + "-01");
    assertThat(context(Sources.at(42, 1000))).isEqualTo(trace);
    assertThat(context(Sources.at(43, 1000)).traceId()).isNotEqualTo(trace.traceId());
    assertThat(context(Sources.at(42, 1001)).spanId()).isNotEqualTo(trace.spanId());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        TRACE + "0",
        "4BF92F3577B34DA6A3CE929D0E0E4736",
        "4bf92f35-77b3-4da6-a3ce-929d0e0e4736",
        "00000000000000000000000000000000"
      })
  void shouldHashTraceIdsThatATraceparentCannotCarry(String id) throws Exception {
    TraceContext trace =
        context(header("x-portkey-trace-id", id), header("x-portkey-span-id", SPAN));

    assertThat(trace.traceId()).isEqualTo(id);
    assertThat(trace.traceparent()).isEqualTo("00-" + sha256(id, 32) + "-" + SPAN + "-01");
  }

  @ParameterizedTest
  @ValueSource(strings = {"b7ad6b716920333", "B7AD6B7169203331", "0000000000000000", "a b"})
  void shouldHashSpanIdsThatATraceparentCannotCarry(String id) throws Exception {
    TraceContext trace =
        context(header("x-portkey-trace-id", TRACE), header("x-portkey-span-id", id));

    assertThat(trace.spanId()).isEqualTo(id);
    assertThat(trace.traceparent()).isEqualTo("00-" + TRACE + "-" + sha256(id, 16) + "-01");
  }

  @ParameterizedTest
  @CsvSource({
    "00-" + TRACE + "-" + PARENT + "-01,true",
    "00-" + TRACE + "-" + PARENT + "-ff,true",
    "01-" + TRACE + "-" + PARENT + "-01,true",
    "cc-" + TRACE + "-" + PARENT + "-01-what-comes,true",
    "ff-" + TRACE + "-" + PARENT + "-01,false",
    "00-" + TRACE + "-" + PARENT + "-01-more,false",
    "cc-" + TRACE + "-" + PARENT + "-01.more,false",
    "00-" + TRACE + "-" + PARENT + "-1,false",
    "00-" + TRACE + "-" + PARENT + ",false",
    "0-" + TRACE + "-" + PARENT + "-01,false",
    "00-00000000000000000000000000000000-" + PARENT + "-01,false",
    "00-" + TRACE + "-0000000000000000-01,false",
    "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + PARENT + "-01,false",
    "00-" + TRACE + "0-" + PARENT + "-01,false",
    "rubbish,false",
    "'',false"
  })
  void shouldTakeAValidTraceparentOnly(String traceparent, boolean valid) {
    TraceContext trace = context(header("Traceparent", traceparent));

    assertThat(trace.traceId().equals(TRACE)).isEqualTo(valid);
    assertThat(trace.parentSpanId()).isEqualTo(valid ? PARENT : null);
    assertThat(trace.traceparent()).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");
  }

  @Test
  void shouldSendTraceStateAndBaggageOn() {
    SourceRecord source =
        Sources.with(
            header("traceparent", INCOMING),
            header("tracestate", "vendor=1"),
            header("baggage", "user=7"));
    GatewayHeaders.Found found = read(source);

    Map<String, String> wire = TraceContexts.wire(found, TraceContexts.of(source, found));

    assertThat(wire)
        .containsEntry("tracestate", "vendor=1")
        .containsEntry("baggage", "user=7")
        .containsEntry("x-portkey-trace-id", TRACE)
        .containsEntry("x-portkey-parent-span-id", PARENT)
        .containsKeys("x-portkey-span-id", "traceparent")
        .doesNotContainKey("x-portkey-span-name");
  }

  @Test
  void shouldNotSendATraceStateWhoseTraceparentIsNotValid() {
    SourceRecord source =
        Sources.with(header("traceparent", "rubbish"), header("tracestate", "vendor=1"));
    GatewayHeaders.Found found = read(source);

    assertThat(TraceContexts.wire(found, TraceContexts.of(source, found)))
        .doesNotContainKey("tracestate");
  }
}
