// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo.endpoint;

import io.completionworker.demo.endpoint.Behaviour.Recording;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Counts and records calls. Written by the event loop, read by any thread. */
final class CallLog {

  private final AtomicLong total = new AtomicLong();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger peakOpen = new AtomicInteger();
  private final Map<Integer, Long> byStatus = new ConcurrentHashMap<>();
  private final Map<String, Integer> byTrace = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<OpenCall> calls = new ConcurrentLinkedQueue<>();

  OpenCall begin(MultiMap headers, Buffer body, Recording recording) {
    OpenCall call = new OpenCall(headers, body);
    total.incrementAndGet();
    peakOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
    if (recording != Recording.NONE) {
      String trace = headers.get("x-portkey-trace-id");
      byTrace.merge(trace == null ? "" : trace, 1, Integer::sum);
    }
    if (recording == Recording.CALLS) {
      calls.add(call);
    }
    return call;
  }

  long total() {
    return total.get();
  }

  int open() {
    return open.get();
  }

  int peakOpen() {
    return peakOpen.get();
  }

  Map<Integer, Long> byStatus() {
    return Map.copyOf(byStatus);
  }

  Map<String, Integer> byTrace() {
    return Map.copyOf(byTrace);
  }

  List<RecordedCall> calls() {
    return calls.stream().map(OpenCall::recorded).toList();
  }

  void clear() {
    total.set(0);
    peakOpen.set(open.get());
    byStatus.clear();
    byTrace.clear();
    calls.clear();
  }

  /** One call from its body's arrival on. */
  final class OpenCall {

    private final MultiMap headers;
    private final Buffer body;
    private final Instant startedAt = Instant.now();
    private volatile @Nullable Ending ending;

    private OpenCall(MultiMap headers, Buffer body) {
      this.headers = headers;
      this.body = body;
    }

    /** Ends it, once: what comes later is ignored. */
    void end(int status) {
      if (ending == null) {
        ending = new Ending(status, Instant.now());
        open.decrementAndGet();
        byStatus.merge(status, 1L, Long::sum);
      }
    }

    boolean ended() {
      return ending != null;
    }

    RecordedCall recorded() {
      Map<String, String> plain = new HashMap<>();
      headers.forEach((name, value) -> plain.putIfAbsent(name.toLowerCase(Locale.ROOT), value));
      Ending end = ending;
      return new RecordedCall(
          Map.copyOf(plain),
          body.toString(StandardCharsets.UTF_8),
          startedAt,
          end == null ? null : end.at(),
          end == null ? 0 : end.status());
    }
  }

  private record Ending(int status, Instant at) {}
}
