// SPDX-License-Identifier: Apache-2.0
package io.completionworker.architecture.planted.resilience;

/** Does no harm by itself. */
public final class Waits {
  public final int planted = 1;
}
