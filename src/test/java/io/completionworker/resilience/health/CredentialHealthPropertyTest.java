// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.port.Admission;
import io.completionworker.config.BreakerConfig;
import io.completionworker.config.HoldConfig;
import io.completionworker.fixtures.Gates;
import io.completionworker.fixtures.Results;
import io.completionworker.metrics.Meters;
import io.completionworker.resilience.AdmissionGate;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever calls do, in whatever order, nobody waits for ever, and nobody for somebody else. */
class CredentialHealthPropertyTest {

  private static final int STEPS = 600;
  private static final long LONGEST_WAIT = Duration.ofMinutes(10).toNanos();
  private static final List<AttemptResult> ENDS =
      List.of(
          Results.answered(),
          Results.serverError(),
          Results.badRequest(),
          Results.unauthorized(),
          Results.rateLimited(Duration.ofSeconds(7)),
          Results.rateLimited(Duration.ZERO),
          Results.rateLimited(null),
          Results.rejected(FailureReason.CONFLICT, Disposition.RETRY, null),
          Results.rejected(FailureReason.OVERLOADED, Disposition.RETRY, Duration.ofDays(365)));

  /** One run: three credentials that anything happens to, and one that all goes well for. */
  private static final class Run {
    final Scene scene = new Scene();
    final CredentialHealth health =
        new CredentialHealth(
            new HoldConfig(
                HoldConfig.Action.WAIT,
                Duration.ofSeconds(5),
                Duration.ofSeconds(60),
                0.5,
                8,
                Duration.ZERO),
            new BreakerConfig(50, 10, 4, Duration.ofSeconds(2), 3),
            Duration.ofMinutes(10),
            scene.nanos(),
            new Meters(new SimpleMeterRegistry()),
            credential -> {},
            Gates.report(scene.nanos()));
    final AdmissionGate gate = Gates.of(health);
    final List<CompletionCall> open = new ArrayList<>();
    final Random random;

    Run(long seed) {
      random = new Random(seed);
    }

    void step() {
      int kind = random.nextInt(10);
      if (kind < 5) {
        start("broken-" + random.nextInt(3));
      } else if (kind < 9) {
        end();
      } else {
        scene.advance(Duration.ofMillis(random.nextInt(20_000)));
      }
      CompletionCall sound = scene.call("sound");
      assertThat(gate.admit(sound)).as("another's faults are not its own").isZero();
      gate.ended(sound, Results.answered());
    }

    void start(String credential) {
      for (int burst = 1 + random.nextInt(5); burst > 0; burst--) {
        CompletionCall call = scene.call(credential);
        long wait = gate.admit(call);
        if (wait == 0) {
          open.add(call);
        } else if (wait == Admission.UNTIL_A_CALL_ENDS) {
          assertThat(open).as("somebody to wait for").anyMatch(other -> isOf(credential, other));
        } else {
          assertThat(wait).isBetween(1L, LONGEST_WAIT);
        }
      }
    }

    void end() {
      if (!open.isEmpty()) {
        CompletionCall call = open.remove(random.nextInt(open.size()));
        gate.ended(call, ENDS.get(random.nextInt(ENDS.size())));
        assertThat(health.waits()).extracting(Object::toString).noneMatch(w -> w.contains("-1 %"));
      }
    }

    /** All is well from now on: after a while, everybody may start as many as they like. */
    void recover() {
      open.forEach(call -> gate.ended(call, Results.answered()));
      open.clear();
      for (int i = 0; i < 3; i++) {
        String credential = "broken-" + i;
        for (int round = 0; round < 60; round++) {
          CompletionCall call = scene.call(credential);
          long wait = gate.admit(call);
          assertThat(wait).as("with no call open").isNotEqualTo(Admission.UNTIL_A_CALL_ENDS);
          if (wait == 0) {
            gate.ended(call, Results.answered());
          } else {
            scene.advanceNanos(wait);
          }
        }
        for (int started = 0; started < 500; started++) {
          assertThat(gate.admit(scene.call(credential))).as("no permit is lost").isZero();
        }
      }
      assertThat(health.waits()).isEmpty();
      assertThat(health.onHold()).isZero();
      assertThat(health.breakersOpen()).isZero();
    }

    private static boolean isOf(String credential, CompletionCall call) {
      return call.scope().credential().equals(credential);
    }
  }

  @Property(tries = 100)
  void shouldLetEverybodyStartAgainWhenAllIsWell(@ForAll long seed) {
    Run run = new Run(seed);
    for (int i = 0; i < STEPS; i++) {
      run.step();
    }

    run.recover();
  }
}
