// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench;

import com.sun.management.ThreadMXBean;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.bench.process.EndpointProcess;
import io.completionworker.bench.process.Latencies;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.gateway.Calls;
import io.completionworker.gateway.GatewayClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * What a call costs the event loops of the HTTP client: CPU time, bytes allocated, and how often
 * they fell asleep. One thread starts the calls, as the dispatcher does, and the endpoint is
 * another process. To compare two versions, run both in turn several times and compare CPU time
 * only.
 *
 * <p>Exit code 1 if a call was not answered. System properties, all with the prefix {@code bench.}:
 * see {@code src/docs/performance-runs.md}.
 */
public final class CallRun {

  private static final String LOOPS = "vert.x-eventloop-thread";

  /** As the kernel has it, which keeps 15 characters. */
  private static final String LOOPS_OF_KERNEL = LOOPS.substring(0, 15);

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final int inFlight = Options.number("in.flight", 200);
  private final CompletionCall call = call(Options.number("prompt.bytes", 1_000));
  private final ExecutorService starter = Executors.newSingleThreadExecutor();
  private final AtomicLong failed = new AtomicLong();

  private CallRun() {}

  /** Runs it; all parameters are system properties. */
  public static void main(String[] args) throws Exception {
    long failed = new CallRun().run();
    // Only then: Maven runs this in its own JVM and goes on when it returns.
    if (failed > 0) {
      System.exit(1);
    }
  }

  private long run() throws Exception {
    Path directory = Files.createTempDirectory("calls");
    Latencies latencies = Latencies.fixed(Options.number("latency.ms", 0));
    try (EndpointProcess endpoint = EndpointProcess.start(directory, latencies);
        GatewayClient client = client(endpoint.url())) {
      answer(client, Options.number("warm.up", 60_000));
      int records = Options.number("records", 50_000);
      for (int round = 1; round <= Options.number("rounds", 3); round++) {
        Spent before = Spent.now();
        answer(client, records);
        System.out.printf(Locale.ROOT, "round %d: %s%n", round, Spent.now().since(before, records));
      }
    } finally {
      starter.shutdownNow();
    }
    System.out.println(failed.get() == 0 ? "" : failed + " CALLS WERE NOT ANSWERED");
    return failed.get();
  }

  private GatewayClient client(String url) {
    var config = io.completionworker.gateway.Settings.at(url).config();
    return GatewayClient.start(config, inFlight, InstantSource.system());
  }

  /** Makes so many calls, with as many in flight as may be. */
  private void answer(GatewayClient client, int count) throws InterruptedException {
    AtomicInteger left = new AtomicInteger(count);
    CountDownLatch open = new CountDownLatch(count);
    starter.execute(
        () -> {
          for (int i = 0; i < inFlight; i++) {
            next(client, left, open);
          }
        });
    open.await();
  }

  private void next(GatewayClient client, AtomicInteger left, CountDownLatch open) {
    if (left.getAndDecrement() <= 0) {
      return;
    }
    client
        .attempt(call)
        .thenAccept(
            result -> {
              if (!(result instanceof AttemptResult.Answered)) {
                failed.incrementAndGet();
              }
              open.countDown();
              starter.execute(() -> next(client, left, open));
            });
  }

  private static CompletionCall call(int bytes) {
    CompletionRequest request = Requests.request(Requests.words(bytes));
    return Calls.of(
        request,
        Map.of(
            "x-portkey-trace-id",
            "0123456789abcdef0123456789abcdef",
            "traceparent",
            "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"));
  }

  /**
   * What the event loops have used since they began.
   *
   * @param cpuNanos CPU time
   * @param bytes allocated on the heap
   * @param sleeps how often one gave up its core to wait; 0 where there is no {@code /proc}
   * @param nanos time of the clock
   */
  private record Spent(long cpuNanos, long bytes, long sleeps, long nanos) {

    static Spent now() {
      long[] ids =
          Arrays.stream(THREADS.getThreadInfo(THREADS.getAllThreadIds()))
              .filter(Objects::nonNull)
              .filter(thread -> thread.getThreadName().startsWith(LOOPS))
              .mapToLong(ThreadInfo::getThreadId)
              .toArray();
      long cpu = Arrays.stream(THREADS.getThreadCpuTime(ids)).sum();
      long bytes = Arrays.stream(THREADS.getThreadAllocatedBytes(ids)).sum();
      return new Spent(cpu, bytes, switches(), System.nanoTime());
    }

    String since(Spent before, int calls) {
      return String.format(
          Locale.ROOT,
          "%.4f CPU s for 1,000 calls, %,d bytes and %.2f sleeps a call, %,.0f calls/s",
          (cpuNanos - before.cpuNanos) / 1e6 / calls,
          (bytes - before.bytes) / calls,
          (double) (sleeps - before.sleeps) / calls,
          calls * 1e9 / (nanos - before.nanos));
    }

    private static long switches() {
      Path tasks = Path.of("/proc/self/task");
      if (!Files.isDirectory(tasks)) {
        return 0;
      }
      try (Stream<Path> threads = Files.list(tasks)) {
        return threads.map(thread -> thread.resolve("status")).mapToLong(Spent::voluntary).sum();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static long voluntary(Path status) {
      try {
        String text = Files.readString(status);
        if (!text.startsWith("Name:\t" + LOOPS_OF_KERNEL)) {
          return 0;
        }
        return text.lines()
            .filter(line -> line.startsWith("voluntary_ctxt_switches:"))
            .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
            .sum();
      } catch (IOException e) {
        return 0; // a thread that has ended
      }
    }
  }
}
