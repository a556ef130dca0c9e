// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** Creates executors for periodic checks. Their threads do not keep the process alive. */
final class DaemonThread {

  private DaemonThread() {}

  /** Creates an executor with one thread of this name, which runs tasks one after the other. */
  static ScheduledExecutorService named(String name) {
    return Executors.newSingleThreadScheduledExecutor(
        task -> {
          Thread daemon = new Thread(task, name);
          daemon.setDaemon(true);
          return daemon;
        });
  }
}
