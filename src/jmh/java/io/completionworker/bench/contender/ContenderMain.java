// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.contender;

import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

/** Starts one of them as a process, which runs until it is asked to stop. */
public final class ContenderMain {

  private ContenderMain() {}

  /** Arguments: its name, and settings of the form {@code key=value}; see {@link Setup}. */
  public static void main(String[] args) throws Exception {
    Setup setup =
        Setup.of(
            Arrays.stream(args)
                .skip(1)
                .map(argument -> argument.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1])));
    AutoCloseable contender = start(args[0], setup);
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(contender, stopped)));
    stopped.await();
  }

  private static AutoCloseable start(String name, Setup setup) {
    return switch (name) {
      case "streams" -> new NaiveStreams(setup);
      case "loop" -> new HandWrittenLoop(setup);
      case "parallel-consumer" -> ParallelConsumers.start(setup);
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static void close(AutoCloseable contender, CountDownLatch stopped) {
    try {
      contender.close();
    } catch (Exception e) {
      System.err.println("did not stop cleanly: " + e);
    } finally {
      stopped.countDown();
    }
  }
}
