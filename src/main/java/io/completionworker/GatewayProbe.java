// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import io.completionworker.cli.check.EndpointProbe;
import io.completionworker.config.WorkerSettings;
import io.completionworker.gateway.GatewayClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks the endpoint over the worker's own client: same proxy, same TLS, same headers. */
final class GatewayProbe {

  private GatewayProbe() {}

  static EndpointProbe.Reply send(WorkerSettings settings, Duration timeout)
      throws InterruptedException, ExecutionException {
    try (GatewayClient client =
        GatewayClient.start(settings.gateway(), 1, InstantSource.system())) {
      GatewayClient.Probed answer =
          client.probe().toCompletableFuture().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return new EndpointProbe.Reply(answer.status(), Optional.ofNullable(answer.date()));
    } catch (TimeoutException e) {
      throw new IllegalStateException("no answer within " + timeout.toSeconds() + " s");
    }
  }
}
