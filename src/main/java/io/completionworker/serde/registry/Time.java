// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.registry;

import java.time.Duration;

/** The clock and the wait of the client, so that tests can move them by hand. */
interface Time {

  /** As {@link System#nanoTime()}. */
  long nanos();

  /** Waits on the calling thread. */
  void sleep(Duration time) throws InterruptedException;

  /** The machine's. */
  Time SYSTEM =
      new Time() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public void sleep(Duration time) throws InterruptedException {
          Thread.sleep(time.toMillis());
        }
      };
}
