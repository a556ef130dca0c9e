// SPDX-License-Identifier: Apache-2.0
package io.completionworker.architecture.planted.topology;

import io.completionworker.architecture.planted.topology.part.Inner;

/** Half of a cycle. */
public final class Outer {
  public final Class<?> planted = Inner.class;
}
