// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import org.jspecify.annotations.Nullable;

/**
 * Who a call counts against.
 *
 * @param credential hash of what the call authenticates with; hold and breaker go by it
 * @param virtualKey the virtual key that the call uses, its own or the configured one, or null; a
 *     secret: compared and matched, never shown
 * @param model model asked for
 * @param tier service tier asked for, or null when that is left to the provider
 */
public record CallScope(
    String credential, @Nullable String virtualKey, String model, @Nullable String tier) {

  /** Without a tier. */
  public CallScope(String credential, @Nullable String virtualKey, String model) {
    this(credential, virtualKey, model, null);
  }

  /**
   * Name of what a provider throttles as one: a tier of a model of a credential. One that is
   * refused says nothing of the others.
   */
  public String throttled() {
    return credential + '\0' + model + '\0' + (tier == null ? "" : tier);
  }

  /** Without the virtual key. */
  @Override
  public String toString() {
    return "CallScope[credential=" + credential + ", model=" + model + ", tier=" + tier + "]";
  }
}
