// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.check;

import io.completionworker.config.WorkerSettings;
import java.time.Duration;
import java.util.Optional;

/** Sends one request to the endpoint that is never billed. */
@FunctionalInterface
public interface EndpointProbe {

  /**
   * What came back.
   *
   * @param status of HTTP
   * @param date the header of that name, as it stands
   */
  record Reply(int status, Optional<String> date) {}

  /**
   * Sends it with the configured credentials and waits.
   *
   * @throws Exception with why there is no answer
   */
  Reply send(WorkerSettings settings, Duration timeout) throws Exception;
}
