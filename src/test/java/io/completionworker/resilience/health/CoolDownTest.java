// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.port.Admission;
import io.completionworker.fixtures.Gates;
import io.completionworker.fixtures.Results;
import io.completionworker.resilience.ExpiringMap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoolDownTest {

  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

  private final Scene scene = new Scene();
  private final List<String> over = new ArrayList<>();
  private final CoolDown coolDown =
      new CoolDown(Duration.ofMinutes(10), scene.nanos(), over::add, Gates.report(scene.nanos()));

  @Test
  void shouldWaitAsLongAsTheServerAsks() {
    scene.round(coolDown, "a", Results.rateLimited(TEN_SECONDS));

    assertThat(scene.wait(coolDown, "a")).isEqualTo(TEN_SECONDS.toNanos());
    scene.advance(Duration.ofSeconds(4));
    assertThat(scene.wait(coolDown, "a")).isEqualTo(Duration.ofSeconds(6).toNanos());
    scene.advance(Duration.ofSeconds(6));
    assertThat(scene.wait(coolDown, "a")).isZero();
  }

  @Test
  void shouldDelayNobodyElse() {
    scene.round(coolDown, "a", Results.rateLimited(TEN_SECONDS));

    assertThat(scene.wait(coolDown, "b")).isZero();
  }

  @Test
  void shouldDelayNoOtherModelAndNoOtherTier() {
    scene.round(coolDown, "a/model/flex", Results.rateLimited(TEN_SECONDS));

    assertThat(scene.wait(coolDown, "a/model/flex")).isEqualTo(TEN_SECONDS.toNanos());
    assertThat(scene.wait(coolDown, "a/model")).isZero();
    assertThat(scene.wait(coolDown, "a/other/flex")).isZero();
  }

  @Test
  void shouldWaitForTheLongestOfTheWaitsThatAreAskedFor() {
    scene.startAll(coolDown, "a", 3);
    scene.endOldest(coolDown, Results.rateLimited(Duration.ofSeconds(5)));
    scene.endOldest(coolDown, Results.rateLimited(TEN_SECONDS));
    scene.endOldest(coolDown, Results.rateLimited(Duration.ofSeconds(1)));

    assertThat(scene.wait(coolDown, "a")).isEqualTo(TEN_SECONDS.toNanos());
  }

  @Test
  void shouldCutWhatIsLongerThanTheLongestWait() {
    scene.startAll(coolDown, "a", 2);
    scene.endOldest(coolDown, Results.rateLimited(Duration.ofDays(365)));
    scene.endOldest(coolDown, Results.rateLimited(Duration.ofSeconds(Long.MAX_VALUE)));

    assertThat(scene.wait(coolDown, "a")).isEqualTo(Duration.ofMinutes(10).toNanos());
  }

  @ParameterizedTest
  @CsvSource({
    "RATE_LIMITED, true",
    "OVERLOADED, true",
    "REQUEST_TIMEOUT, false",
    "CONFLICT, false",
    "CONNECTION_LOST, false",
  })
  void shouldCoolDownForALimitOrAnOverload(FailureReason reason, boolean cools) {
    scene.round(coolDown, "a", Results.rejected(reason, Disposition.RETRY, TEN_SECONDS));

    assertThat(scene.wait(coolDown, "a") > 0).isEqualTo(cools);
  }

  @Test
  void shouldStartWithAQuarterAndDoubleWithEachRoundTrip() {
    scene.startAll(coolDown, "a", 160);
    while (scene.open() > 0) {
      scene.endOldest(coolDown, Results.rateLimited(TEN_SECONDS));
    }
    scene.advance(TEN_SECONDS);

    List<Integer> rounds = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      rounds.add(scene.startAll(coolDown, "a", 1_000));
      while (scene.open() > 0) {
        scene.endOldest(coolDown, Results.answered());
      }
    }

    assertThat(rounds).as("the third has no bound any more").containsExactly(40, 80, 1_000);
  }

  @Test
  void shouldWaitForTheEndOfACallWhileItIsOnItsWayUp() {
    scene.startAll(coolDown, "a", 32);
    scene.endOldest(coolDown, Results.rateLimited(Duration.ZERO));
    while (scene.open() > 0) {
      scene.endOldest(coolDown, Results.rateLimited(Duration.ZERO));
    }
    assertThat(scene.startAll(coolDown, "a", 100)).isEqualTo(8);
    assertThat(scene.wait(coolDown, "a")).isEqualTo(Admission.UNTIL_A_CALL_ENDS);
    assertThat(scene.wait(coolDown, "b")).isZero();

    scene.endOldest(coolDown, Results.answered());

    assertThat(scene.startAll(coolDown, "a", 100)).as("one more than before").isEqualTo(2);
  }

  @Test
  void shouldNotGrowOnARefusalAndRememberHowManyThereWere() {
    scene.startAll(coolDown, "a", 64);
    while (scene.open() > 0) {
      scene.endOldest(coolDown, Results.rateLimited(TEN_SECONDS));
    }
    scene.advance(TEN_SECONDS);
    assertThat(scene.startAll(coolDown, "a", 100)).isEqualTo(16);
    while (scene.open() > 0) {
      scene.endOldest(coolDown, Results.rateLimited(TEN_SECONDS));
    }
    scene.advance(TEN_SECONDS);

    assertThat(scene.startAll(coolDown, "a", 100)).isEqualTo(16);
  }

  @Test
  void shouldStartASingleCallAtOnce() {
    scene.round(coolDown, "a", Results.rateLimited(TEN_SECONDS));
    scene.advance(TEN_SECONDS);

    assertThat(scene.startAll(coolDown, "a", 5)).isEqualTo(5);
  }

  @Test
  void shouldTellOnceThatACoolDownIsOverBeforeTheNextCallStarts() {
    scene.round(coolDown, "a", Results.rateLimited(TEN_SECONDS));
    scene.advance(TEN_SECONDS.minusNanos(1));
    assertThat(scene.tryStart(coolDown, "a")).isNull();
    assertThat(over).isEmpty();

    scene.advanceNanos(1);
    scene.wait(coolDown, "a");
    scene.wait(coolDown, "a");

    assertThat(over).containsExactly(scene.call("a").scope().throttleKey());
  }

  @Test
  void shouldTellNothingOfThoseThatNeverHadToWait() {
    scene.round(coolDown, "a", Results.answered());
    scene.round(coolDown, "a", Results.serverError());
    scene.wait(coolDown, "a");

    assertThat(over).isEmpty();
  }

  @Test
  void shouldForgetThoseThatNobodyAsksFor() {
    AttemptResult refused = Results.rateLimited(Duration.ofSeconds(1));
    for (int i = 0; i < ExpiringMap.FEW; i++) {
      scene.round(coolDown, "idle-" + i, refused);
    }
    scene.advance(TEN_SECONDS);
    CompletionCall open = scene.start(coolDown, "busy");
    coolDown.ended(scene.start(coolDown, "busy"), Results.rateLimited(TEN_SECONDS));
    assertThat(over).as("they may still be asked for").isEmpty();
    coolDown.ended(open, Results.answered());

    scene.advance(Duration.ofMinutes(6));
    for (int i = 0; i < 3 * ExpiringMap.FEW; i++) {
      scene.round(coolDown, "new-" + i, refused);
    }

    assertThat(over).as("told of each that was forgotten").hasSizeGreaterThan(ExpiringMap.FEW);
  }
}
