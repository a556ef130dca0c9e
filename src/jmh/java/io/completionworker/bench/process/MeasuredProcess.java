// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.process;

import java.time.Duration;

/** A JVM whose costs are counted from outside, by the operating system and by JMX. */
public interface MeasuredProcess extends AutoCloseable {

  /** CPU time since its start, of all threads, compiler and garbage collector included. */
  Duration cpu();

  /** Most memory it ever had resident, in bytes; 0 where there is no {@code /proc}. */
  long peakResidentBytes();

  /** Memory that it has resident now, in bytes; 0 where there is no {@code /proc}. */
  long residentBytes();

  /** The JVM as it is managed from outside; connects at the first use. */
  JvmProbe jvm();

  /** Fails with its output when it has ended. */
  void checkAlive();

  /** Asks it to stop, and waits for its end. */
  void stop();

  /** Kills it. */
  @Override
  void close();
}
