// SPDX-License-Identifier: Apache-2.0
package io.completionworker.architecture.planted.topology.part;

import io.completionworker.architecture.planted.topology.Outer;

/** The other half. */
public final class Inner {
  public final Class<?> planted = Outer.class;
}
