// SPDX-License-Identifier: Apache-2.0
package io.completionworker.architecture.planted.async;

import io.netty.handler.codec.DateFormatter;

/** Out of the library's home. */
public final class UsesNetty {
  public final Class<?> planted = DateFormatter.class;
}
