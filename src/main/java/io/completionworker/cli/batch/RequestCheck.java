// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.batch;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.Violation;
import io.completionworker.config.WorkerSettings;
import java.util.List;

/** What a worker would find wrong with a request before it calls the endpoint. */
@FunctionalInterface
public interface RequestCheck {

  /** Every fault; empty when the request is valid. */
  List<Violation> violations(CompletionRequest request);

  /** Makes the check of a worker with these settings. */
  @FunctionalInterface
  interface Source {

    /** A check as strict as these settings are. */
    RequestCheck of(WorkerSettings settings);
  }
}
