// SPDX-License-Identifier: Apache-2.0
package io.completionworker.usage;

import io.completionworker.async.codec.CodecStage;
import io.completionworker.async.codec.DecodingHold;
import io.completionworker.async.schedule.Lease;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.UsageWindow;
import io.completionworker.completion.Emission.OutputValue;
import io.completionworker.completion.port.EncodingResult;
import io.completionworker.config.HoldConfig;
import io.completionworker.config.UsageWindowConfig;
import io.completionworker.fixtures.ManualLoop;
import io.completionworker.fixtures.MemoryStore;
import io.completionworker.fixtures.TextCodec;
import io.completionworker.metrics.Meters;
import io.completionworker.metrics.RequestMeters;
import io.completionworker.usage.WindowSums.WindowKey;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** One task of the step, whose store outlives its processors as a changelog does. */
final class SumUsage {

  static final Duration LENGTH = Duration.ofMinutes(1);
  static final Duration GRACE = Duration.ofMinutes(10);

  /** A start of a window. */
  static final long START = 1_769_860_800_000L;

  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final ManualLoop loop = new ManualLoop();

  /** All windows that were forwarded, in order; the bytes of a record are its place here. */
  final List<UsageWindow> encoded = new ArrayList<>();

  final KeyValueStore<Bytes, byte[]> store;
  boolean registryDown;
  boolean unwritable;

  /** Of windows, from the next restart on. */
  Duration length = LENGTH;

  private final MockProcessorContext<byte[], OutputValue> context = new MockProcessorContext<>();
  private final CodecStage codec;
  private long now = START;
  private UsageWindowProcessor processor;

  SumUsage(String... groupBy) {
    TextCodec unused = new TextCodec(loop::nanos);
    HoldConfig hold =
        new HoldConfig(HoldConfig.Action.FAIL, Duration.ZERO, Duration.ZERO, 0, 100, Duration.ZERO);
    codec =
        new CodecStage(
            new CodecStage.Coders(unused, unused, unused, unused, null, () -> true),
            new DecodingHold(hold, loop),
            loop,
            Runnable::run,
            new Meters(registry),
            SumUsage::fail);
    store = MemoryStore.in(context, WindowStore.NAME);
    context.setCurrentSystemTimeMs(now);
    processor = processor(List.of(groupBy));
    processor.init(context);
  }

  /** Another processor takes the task over, as after a crash. */
  void restart() {
    processor.close();
    processor = processor(List.of("model"));
    processor.init(context);
  }

  /** The same processor is initialized again, as after a revival. */
  void revive() {
    processor.init(context);
  }

  void add(CompletionUsage.Builder... rows) {
    addAt(now, rows);
  }

  /** Rows of attempts that ended then; their outcome is known now. */
  void addAt(long completedAt, CompletionUsage.Builder... rows) {
    List<CompletionUsage> built =
        List.of(rows).stream()
            .map(row -> row.setCompletedAt(Instant.ofEpochMilli(completedAt)).build())
            .toList();
    processor.process(new Record<>(null, built, now));
  }

  /** Time passes, with a beat a second; what is encoded in one is forwarded in the next. */
  void pass(Duration duration) {
    for (long left = duration.toSeconds(); left > 0; left--) {
      tick(Duration.ofSeconds(1));
    }
  }

  /** The clock goes on, then there is one beat. */
  void tick(Duration duration) {
    beat(duration);
    loop.run();
  }

  /** The same without an answer of the codec. */
  void beat(Duration duration) {
    setClock(now + duration.toMillis());
    loop.advance(duration);
    context.scheduledPunctuators().stream()
        .filter(scheduled -> !scheduled.cancelled())
        .forEach(scheduled -> scheduled.getPunctuator().punctuate(now));
  }

  /** What the wall clock says. */
  long now() {
    return now;
  }

  /** The wall clock is set forward or back by so much; no time passes. */
  void jump(Duration duration) {
    setClock(now + duration.toMillis());
  }

  void setClock(long millis) {
    now = millis;
    context.setCurrentSystemTimeMs(now);
  }

  /** Keys of the records that were forwarded. */
  List<String> keys() {
    return context.forwarded().stream()
        .map(forward -> new String(forward.record().key(), StandardCharsets.UTF_8))
        .toList();
  }

  /** The windows that were forwarded. */
  List<UsageWindow> forwarded() {
    return context.forwarded().stream()
        .map(forward -> forward.record().value().bytes())
        .map(bytes -> encoded.get(Integer.parseInt(new String(bytes, StandardCharsets.UTF_8))))
        .toList();
  }

  /** Where the windows in the store begin. */
  List<Long> starts() {
    return calls().keySet().stream().map(WindowKey::start).toList();
  }

  /** Calls of each window in the store. */
  Map<WindowKey, Long> calls() {
    Map<WindowKey, Long> calls = new HashMap<>();
    new WindowStore(store).forEach((key, sums) -> calls.put(key, sums.calls));
    return calls;
  }

  /** Windows or rows that were counted as this. */
  double counted(String event) {
    return registry.get(RequestMeters.USAGE_WINDOWS.name()).tag("event", event).counter().count();
  }

  private UsageWindowProcessor processor(List<String> groupBy) {
    return new UsageWindowProcessor(
        new UsageWindowProcessor.Settings(
            new UsageWindowConfig(length, GRACE, groupBy),
            "requests",
            Duration.ofSeconds(1),
            new Meters(registry)),
        codec,
        this::encode,
        new Lease(Duration.ofSeconds(5), Duration.ZERO, loop.nanos()),
        loop::nanos);
  }

  private EncodingResult<byte[]> encode(UsageWindow window) {
    if (registryDown) {
      return new EncodingResult.RetryLater<>("the registry is down");
    }
    if (unwritable) {
      throw new IllegalStateException("a bug in the writer");
    }
    encoded.add(window);
    String place = Integer.toString(encoded.size() - 1);
    return new EncodingResult.Encoded<>(place.getBytes(StandardCharsets.UTF_8));
  }

  private static void fail(Throwable error) {
    throw new AssertionError(error);
  }
}
