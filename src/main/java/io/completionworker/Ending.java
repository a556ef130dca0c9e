// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of a worker and what it came from; the first cause counts. Safe on every thread. */
final class Ending {

  private static final Logger log = LoggerFactory.getLogger(Ending.class);

  private final CountDownLatch ended = new CountDownLatch(1);
  private @Nullable Throwable cause;

  /** The worker cannot go on. */
  synchronized void fail(Throwable why) {
    if (cause == null && ended.getCount() > 0) {
      cause = why;
      log.error("The worker cannot go on", why);
    }
    ended.countDown();
  }

  /** The worker cannot go on, for a reason that is said in one line. */
  synchronized void fail(String why) {
    if (cause == null && ended.getCount() > 0) {
      cause = new IllegalStateException(why);
      log.error("The worker cannot go on: {}", why);
    }
    ended.countDown();
  }

  /** The worker has stopped because it was told to. */
  void done() {
    ended.countDown();
  }

  /** Waits for the end; empty when it was asked for. */
  Optional<Throwable> await() throws InterruptedException {
    ended.await();
    synchronized (this) {
      return Optional.ofNullable(cause);
    }
  }
}
