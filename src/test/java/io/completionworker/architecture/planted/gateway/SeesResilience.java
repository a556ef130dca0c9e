// SPDX-License-Identifier: Apache-2.0
package io.completionworker.architecture.planted.gateway;

import io.completionworker.architecture.planted.resilience.Waits;

/** Sees a package of its own layer. */
public final class SeesResilience {
  public final Class<?> planted = Waits.class;
}
