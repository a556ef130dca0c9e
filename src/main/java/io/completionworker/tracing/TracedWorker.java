// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tracing;

import io.completionworker.config.WorkerSettings;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What all spans of a worker say alike.
 *
 * @param group consumer group, the worker's application id
 * @param server host that calls go to
 * @param provider that calls ask for unless their record names one, or null
 */
public record TracedWorker(String group, String server, int port, @Nullable String provider) {

  /** The worker of these settings. */
  public static TracedWorker of(WorkerSettings settings) {
    URI url = settings.gateway().url();
    boolean tls = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT).equals("https");
    int standard = tls ? 443 : 80;
    return new TracedWorker(
        settings.group(),
        String.valueOf(url.getHost()),
        url.getPort() < 0 ? standard : url.getPort(),
        settings.gateway().credentials().provider());
  }
}
