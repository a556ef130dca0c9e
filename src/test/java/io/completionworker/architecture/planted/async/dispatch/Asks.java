// SPDX-License-Identifier: Apache-2.0
package io.completionworker.architecture.planted.async.dispatch;

/** Knows a class that knows it. */
public final class Asks {
  public final Class<?> planted = Tells.class;
}
