package io.completionworker.completion;

import org.jspecify.annotations.Nullable;

/**
 * Who a call counts against.
 *
 * @param credential hash of what the call authenticates with; hold, cool-down and breaker go by it
 * @param virtualKey the virtual key that the call uses, its own or the configured one, or null; a
 *     secret: compared and matched, never shown
 * @param model model asked for
 */
public record CallScope(String credential, @Nullable String virtualKey, String model) {

  /** Without the virtual key. */
  @Override
  public String toString() {
    return "CallScope[credential=" + credential + ", model=" + model + "]";
  }
}
