// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience;

import java.util.function.DoubleSupplier;

/**
 * What the configured limits allow of calls like one, on this instance.
 *
 * @param scope the limit scope that they belong to, a unique name
 * @param places how many at once
 * @param perSecond computes how many in a second
 */
public record ScopeAllowance(String scope, int places, DoubleSupplier perSecond) {

  /** No limits. */
  public static final ScopeAllowance UNLIMITED =
      new ScopeAllowance("", Integer.MAX_VALUE, () -> Double.MAX_VALUE);
}
