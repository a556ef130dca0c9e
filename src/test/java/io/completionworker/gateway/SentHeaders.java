// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import io.completionworker.completion.CompletionCall;
import io.completionworker.config.GatewayConfig.Credentials;
import io.completionworker.config.Secret;
import java.util.Map;
import java.util.TreeMap;

/** The HTTP headers of calls, from a worker that has a value of its own for each it may have. */
public final class SentHeaders {

  private static final CallHeaders HEADERS =
      new CallHeaders(
          Settings.at("http://localhost")
              .credentials(
                  new Credentials(
                      new Secret("own"),
                      new Secret("own"),
                      "own",
                      new Secret("own"),
                      new Secret("own")))
              .fixed(Map.of("x-portkey-custom-host", "own", "x-portkey-forward-headers", "own"))
              .config(),
          "1.2.3");

  private SentHeaders() {}

  /** The headers that this call sends, by their names in lower case. */
  public static Map<String, String> of(CompletionCall call) {
    Map<String, String> sent = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    HEADERS.ofEveryCall().forEach(sent::put);
    HEADERS.of(call, false).forEach(sent::put);
    return sent;
  }
}
