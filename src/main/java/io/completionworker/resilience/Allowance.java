// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience;

/**
 * What the configured limits allow of calls like one, on this instance.
 *
 * @param scope what they share it with, a unique name
 * @param perSecond how many in a second
 * @param places how many at once
 */
public record Allowance(String scope, double perSecond, int places) {

  /** No limits. */
  public static final Allowance UNLIMITED = new Allowance("", Double.MAX_VALUE, Integer.MAX_VALUE);
}
