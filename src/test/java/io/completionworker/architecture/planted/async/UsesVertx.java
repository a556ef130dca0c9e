// SPDX-License-Identifier: Apache-2.0
package io.completionworker.architecture.planted.async;

import io.vertx.core.Vertx;

/** Out of the library's home. */
public final class UsesVertx {
  public final Class<?> planted = Vertx.class;
}
