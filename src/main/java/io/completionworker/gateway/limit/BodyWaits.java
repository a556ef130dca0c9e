// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.limit;

import io.vertx.core.MultiMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the body of a refusal says of waits.
 *
 * @param headers those of the provider, where a gateway quotes them
 * @param delays how long to wait, outright
 * @param message what it says to people, or null
 */
public record BodyWaits(MultiMap headers, List<String> delays, @Nullable String message) {

  /** It says nothing of waits. */
  public static final BodyWaits NONE =
      new BodyWaits(MultiMap.caseInsensitiveMultiMap(), List.of(), null);

  public BodyWaits {
    delays = List.copyOf(delays);
  }
}
