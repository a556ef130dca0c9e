// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import static io.completionworker.gateway.StreamCalls.USAGE;
import static io.completionworker.gateway.StreamCalls.choice;
import static io.completionworker.gateway.StreamCalls.events;
import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.FailureReason;
import io.completionworker.avro.TokenUsage;
import io.completionworker.completion.Answer.Served;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real client and streams that break off, fall silent, or are no streams. */
@Timeout(60)
class GatewayClientStreamFaultsTest extends StreamAttempts {

  /** Long enough for what comes first, on a busy machine too. */
  private static final Duration SHORT = Duration.ofMillis(900);

  @Test
  void shouldClassifyWhatIsNoStreamAsEver() throws Exception {
    String type = "content-type: text/event-stream\r\n";
    String body = RecordedAnswer.of("stream-upstream-429").body();

    assertThat(error(Behaviours.status(429, type, body)).reason())
        .isEqualTo(FailureReason.RATE_LIMITED);
    assertThat(error(Behaviours.status(500, type, "data: x\n\n")).reason())
        .isEqualTo(FailureReason.SERVER_ERROR);
  }

  @Test
  void shouldTakeNoHalfForAnAnswer() throws Exception {
    String text = new String(USAGE, StandardCharsets.UTF_8);
    int whole = text.indexOf(DONE) + DONE.length() + 2;
    int finished = text.indexOf("\"finish_reason\":\"stop\"");
    for (int length = 0; length < finished; length += 97) {
      byte[] half = Arrays.copyOf(USAGE, length);
      assertTruncated(error(StreamBehaviours.streams(half)));
      assertTruncated(error(StreamBehaviours.thenCloses(half)));
      assertTruncated(error(StreamBehaviours.thenResets(half)));
    }
    assertTruncated(error(StreamBehaviours.thenResets(Arrays.copyOf(USAGE, whole - 20))));
    answer(StreamBehaviours.streams(Arrays.copyOf(USAGE, whole - 1)));
    answer(StreamBehaviours.streams(Arrays.copyOf(USAGE, whole)));
    answer(StreamBehaviours.thenCloses(Arrays.copyOf(USAGE, whole)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ": only comments\n\n", "data: [DONE]\n\n", "data: {}\n\n"})
  void shouldTakeAStreamWithoutAnAnswerForTruncated(String stream) throws Exception {
    assertTruncated(error(StreamBehaviours.streams(stream.getBytes(StandardCharsets.UTF_8))));
  }

  @Test
  void shouldGiveUpOnAStreamThatFallsSilent() throws Exception {
    AttemptError error =
        StreamCalls.error(
            StreamCalls.attempt(
                clients,
                StreamBehaviours.thenSilent(Arrays.copyOf(USAGE, 1000)),
                1,
                settings -> settings.idleTimeout(SHORT)));

    assertTruncated(error);
    assertThat(error.message()).contains("900 ms");
  }

  @Test
  void shouldGiveUpOnAStreamThatTakesTooLong() throws Exception {
    AttemptError error =
        StreamCalls.error(
            StreamCalls.attempt(
                clients,
                StreamBehaviours.slowly(USAGE, 1000, 20),
                1,
                settings -> settings.requestTimeout(Duration.ofMillis(400))));

    assertThat(error.reason()).isEqualTo(FailureReason.REQUEST_TIMEOUT);
  }

  @ParameterizedTest
  @CsvSource({
    "broken_somehow, STREAM_TRUNCATED, RETRY",
    "server_error, SERVER_ERROR, RETRY",
    "rate_limit_exceeded, RATE_LIMITED, RETRY",
    "insufficient_quota, QUOTA_EXHAUSTED, HOLD",
    "overloaded_error, OVERLOADED, RETRY",
    "502, SERVER_ERROR, RETRY",
    "400, BAD_REQUEST, FAIL"
  })
  void shouldEndWithAnErrorThatComesInTheStream(
      String code, FailureReason reason, Disposition disposition) throws Exception {
    AttemptError error =
        error(
            StreamBehaviours.thenSilent(
                events(
                    choice(0, "{\"content\":\"a\"}", "null"),
                    "{\"error\":{\"message\":\"broken\",\"code\":\"%s\"}}".formatted(code))));

    assertThat(error.reason()).isEqualTo(reason);
    assertThat(error.disposition()).isEqualTo(disposition);
    assertThat(error.maybeBilled()).isTrue();
    assertThat(error.status()).isEqualTo(200);
    assertThat(error.message()).endsWith("broken");
    assertThat(error.details().code()).isEqualTo(code);
  }

  @Test
  void shouldKeepTheUsageOfAStreamThatComesToNothing() throws Exception {
    String half = choice(0, "{\"content\":\"a\"}", "null");
    String usage = "\"model\":\"m\",\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":%d}";
    String first = "{\"choices\":[]," + usage.formatted(1) + "}";
    String last = "{\"choices\":[]," + usage.formatted(3) + "}";
    String failed = "{\"error\":{\"message\":\"broken\"}," + usage.formatted(3) + "}";
    byte[] cut = events(half, first, last);

    assertUsed(attempt(StreamBehaviours.streams(cut)));
    assertUsed(attempt(StreamBehaviours.thenCloses(cut)));
    assertUsed(attempt(StreamBehaviours.streams(events(half, last, DONE))));
    assertUsed(attempt(StreamBehaviours.thenSilent(events(half, last, "no JSON"))));
    assertUsed(attempt(StreamBehaviours.thenSilent(events(half, first, failed))));
    assertUsed(attempt(StreamBehaviours.thenSilent(cut), settings -> settings.idleTimeout(SHORT)));
    assertUsed(
        attempt(StreamBehaviours.thenSilent(cut), settings -> settings.requestTimeout(SHORT)));
    assertUsed(
        attempt(
            StreamBehaviours.thenSilent(events(half, last, "x".repeat(3000))),
            settings -> settings.maxResponseBytes(2048)));
    AttemptResult none = attempt(StreamBehaviours.streams(events(half)));
    assertThat(none.served()).isNotNull().extracting(Served::usage).isNull();
  }

  @Test
  void shouldRefuseEventsThatCannotBeReadOrAreTooLarge() throws Exception {
    assertThat(error(StreamBehaviours.thenSilent(events("no JSON"))).reason())
        .isEqualTo(FailureReason.INVALID_RESPONSE);
    assertThat(
            StreamCalls.error(
                    StreamCalls.attempt(
                        clients,
                        StreamBehaviours.thenSilent(events("x".repeat(3000))),
                        1,
                        settings -> settings.maxResponseBytes(2048)))
                .reason())
        .isEqualTo(FailureReason.RESPONSE_TOO_LARGE);
  }

  private static void assertTruncated(AttemptError error) {
    assertThat(error.reason()).isEqualTo(FailureReason.STREAM_TRUNCATED);
    assertThat(error.disposition()).isEqualTo(Disposition.RETRY);
    assertThat(error.maybeBilled()).isTrue();
  }

  private static void assertUsed(AttemptResult result) {
    assertThat(result).isInstanceOf(AttemptResult.Rejected.class);
    Served served = Objects.requireNonNull(result.served());
    assertThat(served.usage()).isEqualTo(new TokenUsage(9L, 3L, 12L, null, null));
    assertThat(served.model()).isEqualTo("m");
    assertThat(served.gateway().getTraceId()).isEqualTo("t-1");
  }
}
