// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** Threads for what is looked at from time to time; none of them keeps the process alive. */
final class DaemonThread {

  private DaemonThread() {}

  /** One thread of this name, for tasks that run one after the other. */
  static ScheduledExecutorService named(String name) {
    return Executors.newSingleThreadScheduledExecutor(
        task -> {
          Thread daemon = new Thread(task, name);
          daemon.setDaemon(true);
          return daemon;
        });
  }
}
