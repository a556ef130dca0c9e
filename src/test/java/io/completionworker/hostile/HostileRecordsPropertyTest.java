// SPDX-License-Identifier: Apache-2.0
package io.completionworker.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.FailureReason;
import io.completionworker.avro.Message;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.completion.port.RequestReader.Reading;
import io.completionworker.gateway.json.RequestEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever a record holds, it ends as documented, and soon. */
class HostileRecordsPropertyTest {

  private static final Duration SOON = Duration.ofSeconds(10);
  private static final ReadingPath PATH = new ReadingPath();
  private static final RequestEncoder BODY = new RequestEncoder();
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A request with something of everything, so that an edit meets every kind of field. */
  private static final byte[] FULL =
      PATH.encode(
          SampleRequests.valid("order-1")
              .setTemperature(0.5)
              .setN(2)
              .setStop(List.of("a", "b"))
              .setLogitBias(Map.of("5", 1.0))
              .setTools(SampleRequests.tools(2))
              .setMetadata(Map.of("a", "b"))
              .setExtraBody("{\"a\":[1,{\"b\":null}]}")
              .setPortkey(
                  SampleRequests.portkey().setTraceId("t").setMetadata(Map.of("c", "d")).build())
              .setDeadlineMs(1000L)
              .build());

  private static final int PREFIX = 5;

  /** The schema's id stays: with another one nearly every record would be unknown. */
  @Property
  void shouldEndWhateverTheBytesAre(@ForAll("edits") List<Edit> edits) throws IOException {
    byte[] body = Edit.apply(Arrays.copyOfRange(FULL, PREFIX, FULL.length), edits);
    byte[] value = Arrays.copyOf(FULL, PREFIX + body.length);
    System.arraycopy(body, 0, value, PREFIX, body.length);

    ended(value, List.of());
  }

  @Property
  void shouldEndWhateverThePrefixIs(@ForAll("edits") List<Edit> edits) throws IOException {
    ended(Edit.apply(FULL, edits), List.of());
  }

  @Property(edgeCases = EdgeCasesMode.NONE) // they are among the values
  void shouldEndWhateverTheFieldsAre(
      @ForAll("requests") CompletionRequest request, @ForAll("headers") List<RecordHeader> headers)
      throws IOException {
    ended(PATH.encode(request), headers);
  }

  @Provide
  Arbitrary<List<Edit>> edits() {
    return Edit.several(
        List.of(
            new byte[] {0},
            new byte[] {1},
            new byte[] {2},
            new byte[] {-2, -1, -1, -1, 15},
            new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, 1},
            new byte[] {-61, 40},
            "\r\n".getBytes(StandardCharsets.UTF_8),
            "{\"a\":".getBytes(StandardCharsets.UTF_8)));
  }

  @Provide
  Arbitrary<CompletionRequest> requests() {
    Arbitrary<String> texts =
        Arbitraries.oneOf(
            Arbitraries.strings().ofMaxLength(30),
            Arbitraries.of(
                "",
                "user",
                "tool",
                "assistant",
                "{}",
                "{\"a\":1}",
                "[",
                "pc-1",
                "a\r\nb",
                "\ud800"));
    Arbitrary<Double> fractions =
        Arbitraries.oneOf(
            Arbitraries.doubles().between(-3, 3),
            Arbitraries.of(Double.NaN, Double.NEGATIVE_INFINITY, -0.0, 2.0, 1e308));
    Arbitrary<Integer> wholes =
        Arbitraries.oneOf(Arbitraries.integers(), Arbitraries.integers().between(-2, 200));
    Arbitrary<List<Message>> messages =
        Combinators.combine(texts, texts)
            .as((role, content) -> Message.newBuilder().setRole(role).setContent(content).build())
            .list()
            .ofMaxSize(3);
    return Combinators.combine(
            texts,
            messages,
            fractions.injectNull(0.7),
            wholes.injectNull(0.8),
            texts.injectNull(0.8),
            texts.injectNull(0.8),
            texts.injectNull(0.8),
            Arbitraries.longs().injectNull(0.8))
        .as(
            (model, said, fraction, whole, extra, config, trace, deadline) ->
                CompletionRequest.newBuilder()
                    .setModel(model)
                    .setMessages(said)
                    .setTemperature(fraction)
                    .setN(whole)
                    .setExtraBody(extra)
                    .setPortkey(
                        SampleRequests.portkey().setConfig(config).setTraceId(trace).build())
                    .setDeadlineMs(deadline)
                    .build());
  }

  @Provide
  Arbitrary<List<RecordHeader>> headers() {
    Arbitrary<String> names =
        Arbitraries.of(
            "x-portkey-trace-id",
            "x-portkey-metadata",
            "x-portkey-config",
            "x-portkey-cache-force-refresh",
            "x-portkey-virtual-key",
            "Authorization",
            "x-portkey-custom-host",
            "traceparent",
            "x-team",
            "");
    Arbitrary<byte[]> values =
        Arbitraries.oneOf(
            Arbitraries.bytes().array(byte[].class).ofMaxSize(20),
            Arbitraries.strings()
                .ascii()
                .ofMaxLength(20)
                .map(text -> text.getBytes(StandardCharsets.UTF_8)));
    return Combinators.combine(names, values).as(RecordHeader::new).list().ofMaxSize(3);
  }

  private static void ended(byte[] value, List<RecordHeader> headers) throws IOException {
    Effort effort = Effort.begin();
    Reading reading = PATH.read(value, headers);
    assertThat(effort.spent()).isLessThan(SOON);
    if (reading instanceof Reading.Ready ready) {
      Sound.wire(ready.call());
      assertThat(JSON.readTree(BODY.encode(ready.call().request()).bytes()).isObject()).isTrue();
    } else if (reading instanceof Reading.Ended ended) {
      said(ended.outcome());
    } else if (reading instanceof Reading.Unknown unknown) {
      said(unknown.otherwise());
    } else {
      throw new AssertionError("A registry in memory is never out of reach: " + reading);
    }
  }

  private static void said(Outcome outcome) {
    if (outcome instanceof Outcome.Failed failed) {
      assertThat(failed.cause().reason()).isEqualTo(FailureReason.INVALID_REQUEST);
      assertThat(failed.violations()).isNotEmpty();
    } else {
      assertThat(((Outcome.DeadLettered) outcome).message()).isNotBlank();
    }
  }
}
