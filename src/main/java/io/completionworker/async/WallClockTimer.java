// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async;

import java.time.Duration;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * The wall-clock punctuator of a task. Runs often while the task has pending requests, and rarely
 * otherwise. Stream thread only.
 */
final class WallClockTimer {

  private static final Duration QUICK = Duration.ofMillis(10);
  private static final Duration SLOW = Duration.ofSeconds(1);

  private final ProcessorContext<byte[], Object> context;
  private final Runnable beat;
  private Cancellable schedule;
  private boolean quick;

  WallClockTimer(ProcessorContext<byte[], Object> context, Runnable beat) {
    this.context = context;
    this.beat = beat;
    this.schedule = schedule(SLOW);
  }

  void busy(boolean busy) {
    if (busy != quick) {
      quick = busy;
      schedule.cancel();
      schedule = schedule(busy ? QUICK : SLOW);
    }
  }

  void cancel() {
    schedule.cancel();
  }

  private Cancellable schedule(Duration interval) {
    return context.schedule(interval, PunctuationType.WALL_CLOCK_TIME, now -> beat.run());
  }
}
