// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.micro;

import io.completionworker.bench.Options;
import io.completionworker.bench.process.JavaProcess;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs the benchmarks of single steps, each in a JVM of its own; those of a step that is no other
 * package's business stand in its package. System properties: {@code bench.include}, a regular
 * expression of their names; {@code bench.iterations} and {@code bench.forks}.
 */
public final class MicroRun {

  private MicroRun() {}

  /** Runs them. */
  public static void main(String[] args) throws RunnerException {
    // Inside of Maven this is Maven's, and JMH starts its JVMs with it.
    System.setProperty("java.class.path", JavaProcess.classPath());
    new Runner(
            new OptionsBuilder()
                .include("io\\.completionworker\\..*" + Options.text("include", ""))
                .mode(Mode.AverageTime)
                .timeUnit(TimeUnit.MICROSECONDS)
                .addProfiler(GCProfiler.class)
                .forks(Options.number("forks", 1))
                .warmupIterations(Options.number("iterations", 5))
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(Options.number("iterations", 5))
                .measurementTime(TimeValue.seconds(1))
                .build())
        .run();
  }
}
