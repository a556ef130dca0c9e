// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.soak;

import io.completionworker.bench.Rig;
import io.completionworker.bench.process.WorkerProcess;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A second instance that comes, and goes: killed the first time, stopped in order the second, and
 * so on. One thread has it come and go, another may look whether it is alive.
 */
final class Companion implements AutoCloseable {

  private final Rig rig;
  private final Map<String, String> settings;
  private volatile @Nullable WorkerProcess worker;
  private int departures;

  Companion(Rig rig, Map<String, String> settings) {
    this.rig = rig;
    this.settings = settings;
  }

  /** Comes if it is not there, else goes; says which. */
  String comeOrGo() {
    WorkerProcess there = worker;
    if (there == null) {
      worker = rig.startWorker(settings);
      return "an instance joins";
    }
    worker = null; // before it is gone: then nobody misses it
    if (departures++ % 2 == 0) {
      there.close();
      return "it is killed";
    }
    there.stop();
    return "it is stopped";
  }

  void checkAlive() {
    WorkerProcess there = worker;
    if (there != null) {
      there.checkAlive();
    }
  }

  @Override
  public void close() {
    WorkerProcess there = worker;
    if (there != null) {
      there.close();
    }
  }
}
