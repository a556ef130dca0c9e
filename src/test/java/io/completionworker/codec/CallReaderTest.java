// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import static io.completionworker.codec.Fixtures.POSITION;
import static io.completionworker.codec.Fixtures.RULES;
import static io.completionworker.codec.Fixtures.TIMESTAMP;
import static io.completionworker.codec.Fixtures.call;
import static io.completionworker.codec.Fixtures.reader;
import static io.completionworker.codec.Fixtures.request;
import static io.completionworker.codec.Fixtures.source;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.FailureReason;
import io.completionworker.avro.PortkeyOptions;
import io.completionworker.avro.Violation;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.CompletionCall.TokenEstimate;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.completion.port.RequestReader.Reading;
import io.completionworker.config.GatewayConfig.HeaderRules;
import io.completionworker.config.RecordsConfig.Strictness;
import io.completionworker.tokens.TokenEstimator;
import io.completionworker.validation.RequestValidator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallReaderTest {

  private static final HeaderRules INLINE = new HeaderRules(Map.of(), Set.of(), true);
  private static final String KEYS = "{\"api_key\":\"planted-secret\"}";

  private static Outcome.Failed failed(Reading reading) {
    return (Outcome.Failed) ((Reading.Ended) reading).outcome();
  }

  private static CompletionRequest with(PortkeyOptions.Builder options) {
    return request().setPortkey(options.build()).build();
  }

  @Test
  void shouldMakeACallOfAValidRequest() {
    CompletionRequest request = request().setDeadlineMs(60_000L).build();
    SourceRecord source = source(request);

    CompletionCall call = ((Reading.Ready) reader(RULES).read(source, false)).call();

    assertThat(call.source())
        .as("the bytes are let go of, the rest stays")
        .isEqualTo(source.withoutValue());
    assertThat(call.request()).isEqualTo(request);
    assertThat(call.requestId()).isEqualTo("order-1");
    assertThat(call.deadlineAt()).isEqualTo(TIMESTAMP + 60_000);
    assertThat(call.scope().model()).isEqualTo("gpt-4o-mini");
  }

  @ParameterizedTest
  @CsvSource({"true, STRICT", "false, STRICT", "true, LENIENT", "false, LENIENT"})
  void shouldTakeStreamFromItsFieldAlone(boolean extra, Strictness strictness) {
    CompletionRequest request =
        request().setStream(!extra).setExtraBody("{\"stream\":" + extra + "}").build();
    CallReader reader =
        new CallReader(
            AvroBytes.serde(CompletionRequest.class).deserializer(),
            AvroBytes.serde(CompletionRequest.class).deserializer(),
            new RequestValidator(strictness),
            TokenEstimator.bySize(1_024),
            Fixtures.NO_CREDENTIALS,
            RULES);

    Outcome.Failed failed = failed(reader.read(source(request), false));

    assertThat(failed.violations())
        .extracting(Violation::getField)
        .containsExactly("extra_body.stream");
    assertThat(call(request().setStream(true).build()).streamed()).isTrue();
    assertThat(call(request().build()).streamed()).isFalse();
  }

  @Test
  void shouldEstimateTheTokensOfAValidRequest() {
    CompletionRequest.Builder request = request().setMaxCompletionTokens(100).setN(2);

    assertThat(call(request.build()).tokens())
        .as("3 for the text by its size, 7 around it")
        .isEqualTo(new TokenEstimate(10, 200));
    assertThat(call(request.setExtraBody("{\"n\":3,\"x\":{\"n\":9},\"n\":4}").build()).tokens())
        .extracting(TokenEstimate::output)
        .isEqualTo(400L);
    assertThat(call(request.setExtraBody("{\"max_completion_tokens\":null}").build()).tokens())
        .extracting(TokenEstimate::output)
        .isEqualTo(2 * 1_024L);
  }

  @Test
  void shouldNotEstimateARequestThatIsNotValid() {
    Outcome.Failed failed =
        failed(reader(RULES).read(source(request().setMessages(List.of()).build()), false));

    assertThat(requireNonNull(failed.call()).tokens()).isEqualTo(TokenEstimate.NONE);
  }

  @ParameterizedTest
  @CsvSource({
    "    , ,                                    ",
    "flex, flex,                                ",
    "Flex, flex,                                ",
    "auto, ,                                    ",
    "' ' , ,                                    ",
    "flex, priority, '{\"service_tier\": \"priority\"}'",
    "    , flex, '{\"service_tier\": \"flex\"}'",
    "flex, , '{\"service_tier\": null}'",
  })
  void shouldKnowTheServiceTierThatIsAskedFor(
      @Nullable String own, @Nullable String tier, @Nullable String extra) {
    CompletionRequest request = request().setServiceTier(own).setExtraBody(extra).build();
    CallReader reader =
        new CallReader(
            AvroBytes.serde(CompletionRequest.class).deserializer(),
            AvroBytes.serde(CompletionRequest.class).deserializer(),
            new RequestValidator(Strictness.LENIENT),
            TokenEstimator.bySize(1_024),
            Fixtures.NO_CREDENTIALS,
            RULES);

    CompletionCall call = ((Reading.Ready) reader.read(source(request), false)).call();

    assertThat(call.scope().tier()).isEqualTo(tier);
  }

  @Test
  void shouldNameARequestByItsPositionWhenItHasNoId() {
    String position = "completion-requests-3-42";

    assertThat(call(request().setRequestId(null).build()).requestId()).isEqualTo(position);
    assertThat(call(request().setRequestId(" ").build()).requestId()).isEqualTo(position);
  }

  @Test
  void shouldHaveNoDeadlineWithoutOneAndSaturateAHugeOne() {
    assertThat(call(request().build()).deadlineAt()).isEqualTo(Long.MAX_VALUE);
    assertThat(call(request().setDeadlineMs(Long.MAX_VALUE).build()).deadlineAt())
        .isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void shouldFailARecordThatWasTooLargeToStore() {
    SourceRecord source =
        new SourceRecord(POSITION, null, null, List.of(), TIMESTAMP, TIMESTAMP, 2_000_000);

    Outcome.Failed failed = failed(reader(RULES).read(source, true));

    assertThat(failed.call()).isNull();
    assertThat(failed.recovered()).isTrue();
    assertThat(failed.cause().reason()).isEqualTo(FailureReason.REQUEST_TOO_LARGE);
    assertThat(failed.cause().retryable()).isFalse();
    assertThat(failed.cause().message()).contains("2000000", "async.max.record.bytes");
  }

  @Test
  void shouldReportFaultsOfHeadersAndBodyTogether() {
    SourceRecord source =
        source(
            request().setTemperature(3.0).setN(0).build(),
            RecordHeader.of("X-Portkey-Trace-Id", "a\r\nb"));

    Outcome.Failed failed = failed(reader(RULES).read(source, false));

    assertThat(failed.cause().reason()).isEqualTo(FailureReason.INVALID_REQUEST);
    assertThat(failed.cause().retryable()).isFalse();
    assertThat(failed.cause().message()).contains("3 places");
    assertThat(failed.violations())
        .extracting("field")
        .containsExactly("x-portkey-trace-id", "temperature", "n");
    assertThat(failed.attempts()).isEmpty();
    CompletionCall call = requireNonNull(failed.call());
    assertThat(call.requestId()).isEqualTo("order-1");
    assertThat(call.trace().traceId()).matches("[0-9a-f]{32}");
  }

  @Test
  void shouldNotPutAnOverlongIdOnTheOutputs() {
    Outcome.Failed failed =
        failed(reader(RULES).read(source(request().setRequestId("i".repeat(2000)).build()), false));

    CompletionCall call = requireNonNull(failed.call());
    assertThat(call.requestId()).isEqualTo(POSITION.toString());
  }

  @Test
  void shouldRefuseAnInlineConfigAndKeepItOutOfTheFailure() {
    SourceRecord source = source(with(PortkeyOptions.newBuilder().setConfig(KEYS)));

    Outcome.Failed failed = failed(reader(RULES).read(source, false));

    assertThat(failed.violations()).extracting("field").containsExactly("portkey.config");
    CompletionCall call = requireNonNull(failed.call());
    assertThat(call.request().toString()).doesNotContain("planted-secret");
    assertThat(call.wireHeaders().toString() + failed.cause() + failed.violations())
        .doesNotContain("planted-secret");
  }

  @Test
  void shouldSendAnInlineConfigWhenItIsAllowedAndKeepItForARedrive() {
    SourceRecord source = source(request().build(), RecordHeader.of("x-portkey-config", KEYS));

    CompletionCall call = ((Reading.Ready) reader(INLINE).read(source, false)).call();

    assertThat(call.wireHeaders()).containsEntry("x-portkey-config", KEYS);
    assertThat(call.request().getPortkey().getConfig()).isEqualTo(KEYS);
    assertThat(call.outputHeaders()).extracting(RecordHeader::name).isNotEmpty();
    assertThat(call.outputHeaders())
        .extracting(RecordHeader::name)
        .doesNotContain("x-portkey-config");
  }

  @ParameterizedTest
  @ValueSource(strings = {"frequency_penalty", "presence_penalty"})
  void shouldTakePenaltiesOfExactlyMinusTwoAndTwo(String penalty) {
    for (double bound : new double[] {-2, 2}) {
      CompletionRequest.Builder request = request();
      if (penalty.startsWith("frequency")) {
        request.setFrequencyPenalty(bound);
      } else {
        request.setPresencePenalty(bound);
      }
      assertThat(reader(RULES).read(source(request.build()), false))
          .isInstanceOf(Reading.Ready.class);
    }
  }

  @ParameterizedTest
  @CsvSource({"1024,true", "1025,false"})
  void shouldBoundTheLengthOfIds(int length, boolean valid) {
    Reading reading =
        reader(RULES).read(source(request().setRequestId("i".repeat(length)).build()), false);

    assertThat(reading instanceof Reading.Ready).isEqualTo(valid);
  }
}
