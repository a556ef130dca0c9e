// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Progress;
import io.completionworker.completion.RecordPosition;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.WaitingFor;
import io.completionworker.completion.port.Admission;
import io.completionworker.completion.port.RequestReader.Reading;
import io.completionworker.config.Limits;
import io.completionworker.config.RateLimitConfig;
import io.completionworker.fixtures.Gates;
import io.completionworker.fixtures.ManualLoop;
import io.completionworker.fixtures.Results;
import io.completionworker.fixtures.TextCodec;
import io.completionworker.resilience.AdmissionGate.Condition;
import io.completionworker.resilience.limit.RateLimits;
import io.completionworker.resilience.limit.Share;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LanesTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final TaskOutbox task =
      new TaskOutbox(
          new StreamThreadGate(Thread.currentThread(), new OpenTransaction(positions -> {})), 1, 0);
  private final Turnstile turnstile = new Turnstile();
  private Lanes lanes = new Lanes(turnstile);
  private long now;
  private long offset;
  private int lookedAt;

  @Test
  void shouldNotPileUpWhatHasEndedBehindOneThatWaits() {
    turnstile.shut("a");
    add("first@a");

    for (int i = 0; i < 10_000; i++) {
      add("r" + i + "@a").become(FlightState.WRITING); // at its deadline
      assertThat(next()).isNull();
    }

    assertThat(lanes.kept()).isLessThan(200);
  }

  @Test
  void shouldNotPileUpLanesThatHaveBecomeEmpty() {
    for (int i = 0; i < 10_000; i++) {
      turnstile.shut("lane" + i);
      Flight flight = add("r" + i + "@lane" + i);
      assertThat(next()).isNull();
      flight.become(FlightState.WRITING);
      now += 2 * SECOND;
      assertThat(next()).isNull();
    }

    assertThat(lanes.kept()).isLessThan(200);
  }

  @Test
  void shouldNotPileUpEmptyLanesBehindOneThatWaitsForTheSameLimit() {
    use(perSecond(1, () -> now));
    add("head@head");
    add("r@head");
    assertThat(next()).isEqualTo("head");

    for (int i = 0; i < 10_000; i++) {
      Flight flight = add("r" + i + "@lane" + i);
      assertThat(next()).isNull();
      flight.become(FlightState.WRITING);
    }

    assertThat(lanes.kept()).isLessThan(200);
  }

  @Test
  void shouldLookAtFewLanesForAStartHoweverManyWait() {
    for (int i = 0; i < 10_000; i++) {
      turnstile.shut("lane" + i);
      add("r" + i + "@lane" + i);
    }
    assertThat(next()).isNull();
    for (int i = 0; i < 100; i++) {
      add("s" + i + "@open");
    }
    turnstile.asked = 0;
    lookedAt = 0;

    for (int i = 0; i < 100; i++) {
      assertThat(next()).isEqualTo("s" + i);
    }

    assertThat(lookedAt).as("for 100 starts").isLessThan(300);
    assertThat(turnstile.asked).as("for 100 starts").isLessThan(300);
  }

  @Test
  void shouldAskFewLanesForAStartHoweverManyShareItsLimit() {
    Counter counter = use(perSecond(100, () -> now));
    for (int i = 0; i < 2_000; i++) {
      add("r" + i + "@lane" + i);
      add("again" + i + "@lane" + i);
    }
    assertThat(startedUntilNoneMay()).containsExactly("r0");
    counter.asked = 0;
    lookedAt = 0;

    List<String> started = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      now += SECOND / 100;
      started.addAll(startedUntilNoneMay());
    }

    assertThat(started).as("the limit is used, by lanes in turn").isEqualTo(ids("r", 1, 101));
    assertThat(lookedAt).as("for 100 starts").isLessThan(500);
    assertThat(counter.asked).as("for 100 starts").isLessThan(500);
  }

  @Test
  void shouldAskTheNextOfALimitWhenTheOneThatWasNextHasGone() {
    use(perSecond(1, () -> now));
    Flight first = add("first@a");
    add("second@b");
    Flight third = add("third@c");
    add("fourth@d");
    assertThat(startedUntilNoneMay()).containsExactly("first");

    third.become(FlightState.WRITING);
    now += SECOND;
    assertThat(startedUntilNoneMay()).containsExactly("second");
    now += SECOND;
    assertThat(startedUntilNoneMay()).as("the third is gone").containsExactly("fourth");
    assertThat(first.is(FlightState.RUNNING)).isTrue();
  }

  @Test
  void shouldAskAgainWhenACallOfTheSameLimitEnds() {
    RateLimits limits = limits(new Limits(null, null, null, null, null, 1), () -> now);
    use(limits);
    Flight first = add("first@a");
    add("second@b");
    add("third@c");
    assertThat(startedUntilNoneMay()).containsExactly("first");

    limits.ended(call(first), Results.answered());
    lanes.reopen(first, call(first), now);

    assertThat(startedUntilNoneMay()).containsExactly("second");
  }

  @Test
  void shouldAskFewOfThoseThatWaitWhenACallEnds() {
    for (int i = 0; i < 1_000; i++) {
      turnstile.shut("lane" + i);
      add("r" + i + "@lane" + i);
    }
    Flight running = add("running@open");
    assertThat(next()).isEqualTo("running");
    Set<String> asked = turnstile.names;
    for (int i = 1; i <= 32; i++) {
      asked.clear();
      lanes.reopen(running, call(running), now);
      assertThat(next()).isNull();
      assertThat(asked).hasSizeBetween(32, 33);
    }
  }

  /** A walk over all lanes, the one first that was served longest ago, is what turns go by. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void shouldTakeTurnsAsAWalkOverAllLanesWould(long seed) {
    Random dice = new Random(seed);
    Map<String, Model> model = new LinkedHashMap<>();
    for (int step = 0; step < 3_000; step++) {
      String lane = "lane" + dice.nextInt(20);
      switch (dice.nextInt(5)) {
        case 0, 1 -> {
          add("r" + step + "@" + lane);
          model.computeIfAbsent(lane, name -> new Model()).waiting.add("r" + step);
        }
        case 2 -> turnstile.openAt.put(lane, now + dice.nextInt(1_000));
        case 3 -> now += dice.nextInt(500);
        default -> assertThat(next()).as("step " + step).isEqualTo(walk(model));
      }
    }
  }

  private @Nullable String walk(Map<String, Model> model) {
    for (String name : List.copyOf(model.keySet())) {
      Model lane = Objects.requireNonNull(model.get(name));
      if (lane.waiting.isEmpty()) {
        model.remove(name);
      } else if (lane.closedUntil <= now) {
        lane.closedUntil = turnstile.openAt.getOrDefault(name, 0L);
        if (lane.closedUntil <= now) {
          model.remove(name);
          model.put(name, lane);
          return lane.waiting.remove(0);
        }
      }
    }
    return null;
  }

  /** A lane as a walk sees it. */
  private static final class Model {
    final List<String> waiting = new ArrayList<>();
    long closedUntil;
  }

  /** A limit that all lanes share. */
  static RateLimits perSecond(double calls, LongSupplier nanos) {
    return limits(new Limits(calls, null, null, null, null, null), nanos);
  }

  private static RateLimits limits(Limits limits, LongSupplier nanos) {
    RateLimitConfig config =
        new RateLimitConfig(
            RateLimitConfig.Scope.WORKER,
            limits,
            List.of(),
            Duration.ZERO,
            true,
            0,
            RateLimitConfig.Share.WHOLE,
            Duration.ZERO,
            Duration.ZERO);
    return new RateLimits(config, Share.of(config, nanos), nanos);
  }

  private Counter use(RateLimits limits) {
    Counter counter = new Counter();
    lanes = new Lanes(Gates.of(List.of(counter, limits)));
    return counter;
  }

  private static List<String> ids(String prefix, int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> prefix + i).toList();
  }

  private List<String> startedUntilNoneMay() {
    List<String> started = new ArrayList<>();
    for (String id = next(); id != null; id = next()) {
      started.add(id);
    }
    return started;
  }

  private @Nullable String next() {
    Flight flight =
        lanes.next(
            now,
            candidate -> {
              lookedAt++;
              return true;
            });
    if (flight == null) {
      return null;
    }
    flight.become(FlightState.RUNNING);
    return call(flight).requestId();
  }

  private static CompletionCall call(Flight flight) {
    return Objects.requireNonNull(flight.call);
  }

  private Flight add(String text) {
    SourceRecord source =
        new SourceRecord(
            new RecordPosition("requests", 0, offset++),
            null,
            text.getBytes(StandardCharsets.UTF_8),
            List.of(),
            0,
            0,
            0);
    CompletionCall call = ((Reading.Ready) new TextCodec(() -> 0).read(source, false)).call();
    Flight flight =
        new Flight(task, source, null, false, new Tally(Progress.NONE), new ManualLoop());
    flight.call = call;
    flight.become(FlightState.WAITING);
    lanes.add(flight, call, true, now);
    return flight;
  }

  /** Counts the calls that are asked about. */
  private static final class Counter implements Condition {

    private int asked;

    @Override
    public long wait(CompletionCall call) {
      asked++;
      return 0;
    }

    @Override
    public WaitingFor waitingFor() {
      return WaitingFor.PERMIT;
    }

    @Override
    public void started(CompletionCall call) {}

    @Override
    public Admission.Toll ended(CompletionCall call, AttemptResult result) {
      return Admission.Toll.ATTEMPT;
    }
  }

  /** Lets the calls of a lane start from a time on. */
  private final class Turnstile implements Admission {

    private final Map<String, Long> openAt = new HashMap<>();
    private final Set<String> names = new TreeSet<>();
    private int asked;

    void shut(String lane) {
      openAt.put(lane, Long.MAX_VALUE / 2);
    }

    @Override
    public String lane(CompletionCall call) {
      return call.scope().credential();
    }

    @Override
    public long admit(CompletionCall call) {
      asked++;
      names.add(lane(call));
      return Math.max(0, openAt.getOrDefault(lane(call), 0L) - now);
    }

    @Override
    public Toll ended(CompletionCall call, AttemptResult result) {
      return Toll.ATTEMPT;
    }
  }
}
