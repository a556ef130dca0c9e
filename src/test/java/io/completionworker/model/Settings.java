// SPDX-License-Identifier: Apache-2.0
package io.completionworker.model;

import io.completionworker.model.Setting.Disturbances;
import io.completionworker.model.Setting.Variant;
import java.util.List;

/** What the tests explore. */
enum Settings {
  /** Three requests in two partitions, the tasks of which share a thread and its transaction. */
  ONE_THREAD,
  /** The same with a thread for each task, in one process. */
  TWO_THREADS,
  /** The same with a process for each task. */
  TWO_PROCESSES,
  /** The same without an abort. */
  PROCESSES_THAT_DIE,
  /** Two requests of one partition, and two processes that may have it. */
  ONE_PARTITION,
  /** A thread stands still, and another of its process goes on. */
  STALLED_THREAD,
  /** The same between two processes. */
  STALLED_PROCESS,
  /** An outcome is put into the queue of its task once more than it has to be. */
  OFFERED_TWICE;

  /** Whether it takes many seconds to explore, so that only the long tests do. */
  boolean isLarge(Variant variant) {
    return this == TWO_PROCESSES
        || (variant != Variant.STORE_FIRST
            && (this == TWO_THREADS
                || this == PROCESSES_THAT_DIE
                || this == STALLED_THREAD
                || this == STALLED_PROCESS));
  }

  Setting with(Variant variant) {
    return switch (this) {
      case ONE_THREAD ->
          new Setting(
              List.of(0, 0, 1), List.of(0), variant, new Disturbances(1, 1, 1, 0, 0, 1), null);
      case TWO_THREADS ->
          new Setting(
              List.of(0, 0, 1), List.of(0, 0), variant, new Disturbances(1, 1, 1, 0, 0, 1), null);
      case TWO_PROCESSES ->
          new Setting(
              List.of(0, 0, 1), List.of(0, 1), variant, new Disturbances(1, 1, 1, 0, 0, 0), null);
      case PROCESSES_THAT_DIE ->
          new Setting(
              List.of(0, 0, 1), List.of(0, 1), variant, new Disturbances(1, 0, 1, 0, 0, 1), null);
      case ONE_PARTITION ->
          new Setting(
              List.of(0, 0), List.of(0, 1), variant, new Disturbances(1, 1, 1, 0, 0, 1), null);
      case STALLED_THREAD ->
          new Setting(
              List.of(0, 0), List.of(0, 0), variant, new Disturbances(1, 1, 0, 1, 0, 1), null);
      case STALLED_PROCESS ->
          new Setting(
              List.of(0, 0), List.of(0, 1), variant, new Disturbances(1, 0, 0, 1, 0, 1), null);
      case OFFERED_TWICE ->
          new Setting(List.of(0, 0), List.of(0), variant, new Disturbances(1, 1, 1, 0, 1, 2), null);
    };
  }
}
