// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.AttemptResult.RateSignals;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.CompletionCall.TokenEstimate;
import io.completionworker.completion.port.Admission;
import io.completionworker.config.Limits;
import io.completionworker.config.RateLimitConfig.Scope;
import io.completionworker.control.Control;
import io.completionworker.fixtures.Results;
import io.completionworker.resilience.limit.LimitUse.LimitsLeft;
import io.completionworker.resilience.limit.LimitUse.LimitsLeft.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** However limits change while calls start and end, those that hold are kept. */
class LiveLimitsPropertyTest {

  private static final int STEPS = 400;
  private static final List<String> MODELS = List.of("a", "b");
  private static final List<Double> RATES = List.of(0.5, 3.0, 20.0, 500.0);
  private static final List<Long> TOKENS = List.of(600L, 6_000L, 60_000L);
  private static final List<Integer> OPEN = List.of(1, 3, 10);
  private static final Limits CONFIGURED = new Limits(20.0, null, 6_000L, null, null, 10);

  /** Two models that are limited apart. Calls use all that they reserve. */
  private static final class Run {
    final ManualTime time = new ManualTime();
    final RateLimits limits;
    final Random random;
    final Map<String, Control.Limit> controls = new HashMap<>();
    final Map<String, Limits> holding = new HashMap<>();
    final Map<String, List<Start>> started = new HashMap<>();
    final List<CompletionCall> open = new ArrayList<>();

    record Start(long at, long tokens) {}

    Run(long seed) {
      random = new Random(seed);
      var config = Calls.config(Scope.MODEL, CONFIGURED, true);
      limits = new RateLimits(config, Share.of(config, time), time);
    }

    void step() {
      int kind = random.nextInt(20);
      if (kind < 10) {
        start();
      } else if (kind < 15) {
        end();
      } else if (kind < 19) {
        time.advance(Duration.ofMillis(random.nextInt(kind == 15 ? 20_000 : 300)));
      } else {
        change();
      }
    }

    void start() {
      String model = pick(MODELS);
      for (int more = 1 + random.nextInt(30); more > 0; more--) {
        TokenEstimate tokens = new TokenEstimate(0, random.nextInt(50));
        CompletionCall call = Calls.of(null, model, tokens);
        long wait = limits.wait(call);
        Integer most = holding.getOrDefault(model, CONFIGURED).maxInFlight();
        if (wait > 0) {
          boolean full = most != null && open(model) >= most;
          assertThat(wait == Admission.UNTIL_A_CALL_ENDS).isEqualTo(full);
          return;
        }
        assertThat(most == null || open(model) < most).as("a place").isTrue();
        limits.started(call);
        open.add(call);
        List<Start> starts = started.computeIfAbsent(model, name -> new ArrayList<>());
        starts.add(new Start(time.getAsLong(), call.tokens().total()));
        keeps(model, starts);
      }
    }

    /** No span of time since the limits changed has more than the limit and a burst. */
    void keeps(String model, List<Start> starts) {
      Limits limit = holding.getOrDefault(model, CONFIGURED);
      long tokens = 0;
      for (int i = starts.size() - 1; i >= 0; i--) {
        Start from = starts.get(i);
        double seconds = (time.getAsLong() - from.at) / 1e9;
        int calls = starts.size() - i;
        tokens += from.tokens;
        Double perSecond = limit.requestsPerSecond();
        if (perSecond != null) {
          assertThat(calls - 1.001).isLessThanOrEqualTo(perSecond * (seconds + 1));
        }
        Long perMinute = limit.tokensPerMinute();
        if (perMinute != null) {
          assertThat((double) tokens - 51).isLessThanOrEqualTo(perMinute / 60.0 * (seconds + 1));
        }
      }
    }

    void end() {
      if (!open.isEmpty()) {
        CompletionCall call = open.remove(random.nextInt(open.size()));
        long all = call.tokens().total();
        limits.ended(
            call, random.nextBoolean() ? Calls.answered(all, RateSignals.NONE) : Results.billed());
      }
    }

    void change() {
      String id = "limit-" + random.nextInt(3);
      if (random.nextInt(3) == 0) {
        controls.remove(id);
      } else {
        String model = random.nextInt(3) == 0 ? null : pick(MODELS);
        controls.put(id, Calls.control(id, null, model, limits()));
      }
      limits.replace(List.copyOf(controls.values()));
      for (String model : MODELS) {
        Limits now = holds(model);
        Limits before = holding.put(model, now);
        if (!now.equals(before)) {
          started.remove(model);
        }
      }
    }

    Limits holds(String model) {
      return controls.values().stream()
          .filter(control -> matches(control, model))
          .min(
              Comparator.comparing((Control.Limit control) -> control.selector().model() == null)
                  .thenComparing(control -> control.origin().id()))
          .map(Control.Limit::limits)
          .orElse(CONFIGURED);
    }

    static boolean matches(Control.Limit control, String model) {
      String pattern = control.selector().model();
      return pattern == null || pattern.equals(model);
    }

    Limits limits() {
      return new Limits(
          random.nextBoolean() ? pick(RATES) : null,
          null,
          random.nextBoolean() ? pick(TOKENS) : null,
          null,
          null,
          random.nextBoolean() ? pick(OPEN) : null);
    }

    <T> T pick(List<T> of) {
      return of.get(random.nextInt(of.size()));
    }

    long open(String model) {
      return open.stream().filter(call -> call.scope().model().equals(model)).count();
    }

    /** With everything ended and as configured, all permits are there again. */
    void endAll() {
      controls.clear();
      limits.replace(List.of());
      while (!open.isEmpty()) {
        end();
      }
      time.advance(Duration.ofHours(3));
      LimitsLeft left = limits.left();
      for (String model : MODELS) {
        double calls = left.of(Kind.IN_FLIGHT, "model " + model);
        if (!Double.isNaN(calls)) {
          assertThat(calls).isEqualTo(10);
          assertThat(left.of(Kind.REQUESTS, "model " + model)).isEqualTo(20);
          assertThat(left.of(Kind.TOKENS, "model " + model)).isBetween(99.9, 100.1);
        }
      }
    }
  }

  @Property(tries = 300)
  void shouldKeepToTheLimitsThatHoldAndLoseNoPermit(@ForAll long seed) {
    Run run = new Run(seed);
    for (int step = 0; step < STEPS; step++) {
      run.step();
    }
    run.endAll();
  }
}
