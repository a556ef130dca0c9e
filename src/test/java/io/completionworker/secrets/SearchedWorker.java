// SPDX-License-Identifier: Apache-2.0
package io.completionworker.secrets;

import io.completionworker.Worker;
import io.completionworker.config.WorkerConfig;
import io.completionworker.config.WorkerSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A worker in the process of the test: all that it shows of itself is searched for secrets, its
 * pages when it is closed.
 */
public final class SearchedWorker implements AutoCloseable {

  private final Worker worker;
  private boolean closed;

  private SearchedWorker(Worker worker) {
    this.worker = worker;
  }

  /** Starts one with this file of settings; what they or a failed start show is searched too. */
  public static SearchedWorker start(Path file) {
    try {
      WorkerSettings settings = WorkerConfig.load(Optional.of(file), Map.of());
      SecretSearch.look("print of the settings", settings.toString());
      return new SearchedWorker(Worker.start(settings));
    } catch (RuntimeException e) {
      SecretSearch.look("exception", WatchedLog.trace(e));
      throw e;
    }
  }

  /** As the worker has it. */
  public boolean live() {
    return worker.live();
  }

  /** As the worker has it. */
  public String state() {
    return worker.state();
  }

  /** As the worker has it. */
  public List<String> notReadyReasons() {
    List<String> hindrances = worker.notReadyReasons();
    SecretSearch.look("hindrances", hindrances.toString());
    return hindrances;
  }

  /** As the worker has it. */
  public MeterRegistry meters() {
    return worker.meters();
  }

  /** Where its pages are. */
  public int managementPort() {
    return worker.managementPort().orElseThrow();
  }

  /** Its pages as they are now, searched. */
  public String pages() {
    return Pages.search(managementPort());
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      pages();
      SecretSearch.look("meters", worker.meters().getMeters().toString());
    } finally {
      worker.close();
    }
  }
}
