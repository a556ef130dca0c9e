// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.health;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ILoggingEvent;
import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.completionworker.completion.Wait;
import io.completionworker.completion.Wait.Kind;
import io.completionworker.fixtures.CapturedLog;
import io.completionworker.fixtures.Gates;
import io.completionworker.fixtures.Results;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WaitReportTest {

  private static final Duration SEVEN_SECONDS = Duration.ofSeconds(7);

  private final CapturedLog log = new CapturedLog(CoolDown.class);
  private final Scene scene = new Scene();
  private final WaitReport report = Gates.report(scene.nanos());
  private final CoolDown coolDown =
      new CoolDown(Duration.ofMinutes(10), scene.nanos(), throttled -> {}, report);

  @AfterEach
  void leave() {
    log.close();
  }

  @Test
  void shouldQuoteWhatIsSaidOfAnAccountOnOneLineWithoutWhatIsLeftOfAKey() {
    Wait.Cause cause = cause(Kind.HOLD, "no such\nkey vk-a1****f9, " + "x".repeat(500));

    assertThat(cause.said())
        .startsWith("no such key [hidden], xxx")
        .hasSize(WaitReport.LONGEST_QUOTE + "...".length());
  }

  @ParameterizedTest
  @EnumSource(names = {"FAILURE_CUTOFF", "BREAKER"})
  void shouldNotQuoteWhatMayBeAPrompt(Kind kind) {
    Wait.Cause cause = cause(kind, "a prompt");

    assertThat(cause.said()).isEmpty();
    assertThat(cause.text()).isEqualTo("UNAUTHORIZED, status 401, error model_not_found");
  }

  @Test
  void shouldLogACoolDownOnceHoweverOftenItIsExtended() {
    scene.startAll(coolDown, "a", 3);
    for (int i = 0; i < 3; i++) {
      scene.endOldest(coolDown, Results.rateLimited(SEVEN_SECONDS));
      scene.advance(Duration.ofSeconds(1));
    }
    assertThat(coolDown.waits()).hasSize(1);
    scene.advance(SEVEN_SECONDS);
    scene.wait(coolDown, "a");

    assertThat(coolDown.waits()).isEmpty();
    assertThat(log.events())
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "Credential a (key a, model model) cools down since 2026-03-01T12:00:00Z: RATE_LIMITED,"
                + " status 500, \"it went wrong\"; 1 waiting; until 2026-03-01T12:00:07Z."
                + " Configure the limits of the account, with room for its other users. Calls go on"
                + " by themselves.",
            "The cool-down of credential a (key a, model model) is over after 10 s: calls go on");
  }

  @Test
  void shouldNotTellOfACoolDownThatIsOverInAMoment() {
    scene.round(coolDown, "a", Results.rateLimited(Duration.ofSeconds(2)));

    assertThat(coolDown.waits()).isEmpty();
    assertThat(log.events()).isEmpty();
  }

  @Test
  void shouldLogAnAccountThatRunsIntoItsLimitAllTheTimeOnceAMinute() {
    for (int i = 0; i < 20; i++) {
      scene.round(coolDown, "a", Results.rateLimited(SEVEN_SECONDS));
      scene.advance(SEVEN_SECONDS);
    }

    assertThat(log.events()).as("begin and end in each of three minutes").hasSizeBetween(4, 6);
  }

  @Test
  void shouldLogFewOfVeryManyAccountsThatCoolDown() {
    for (int i = 0; i < 1_000; i++) {
      scene.round(coolDown, "a" + i, Results.rateLimited(SEVEN_SECONDS));
    }

    assertThat(log.events()).hasSize(CoolDown.MOST_LOGGED);
    assertThat(coolDown.waits()).hasSize(1_000);
  }

  private Wait.Cause cause(Kind kind, String message) {
    AttemptError.Details details =
        new AttemptError.Details("invalid_request_error", "model_not_found", null, null);
    return report.cause(
        kind,
        scene.call("a"),
        new AttemptError(
            FailureReason.UNAUTHORIZED, Disposition.HOLD, false, 401, message, details, null),
        "");
  }
}
