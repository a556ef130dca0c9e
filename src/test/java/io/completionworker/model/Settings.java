// SPDX-License-Identifier: Apache-2.0
package io.completionworker.model;

import io.completionworker.model.Setting.Disturbances;
import io.completionworker.model.Setting.Variant;
import java.util.List;

/** What the tests explore. */
enum Settings {
  /** Three requests in two partitions, the tasks of which share a thread and its transaction. */
  ONE_THREAD(List.of(0, 0, 1), List.of(0), new Disturbances(1, 1, 1, 0, 0, 1)),
  /** The same with a thread for each task, in one process. */
  TWO_THREADS(List.of(0, 0, 1), List.of(0, 0), new Disturbances(1, 1, 1, 0, 0, 1)),
  /** The same with a process for each task. */
  TWO_PROCESSES(List.of(0, 0, 1), List.of(0, 1), new Disturbances(1, 1, 1, 0, 0, 0)),
  /** The same without an abort. */
  PROCESSES_THAT_DIE(List.of(0, 0, 1), List.of(0, 1), new Disturbances(1, 0, 1, 0, 0, 1)),
  /** Two requests of one partition, and two processes that may have it. */
  ONE_PARTITION(List.of(0, 0), List.of(0, 1), new Disturbances(1, 1, 1, 0, 0, 1)),
  /** A thread stands still, and another of its process goes on. */
  STALLED_THREAD(List.of(0, 0), List.of(0, 0), new Disturbances(1, 1, 0, 1, 0, 1)),
  /** The same between two processes. */
  STALLED_PROCESS(List.of(0, 0), List.of(0, 1), new Disturbances(1, 0, 0, 1, 0, 1)),
  /** An outcome is put into the queue of its task once more than it has to be. */
  OFFERED_TWICE(List.of(0, 0), List.of(0), new Disturbances(1, 1, 1, 0, 1, 2));

  private final List<Integer> partitions;
  private final List<Integer> processes;
  private final Disturbances disturbances;

  Settings(List<Integer> partitions, List<Integer> processes, Disturbances disturbances) {
    this.partitions = partitions;
    this.processes = processes;
    this.disturbances = disturbances;
  }

  Setting with(Variant variant) {
    return new Setting(partitions, processes, variant, disturbances, null);
  }
}
