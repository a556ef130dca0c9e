// SPDX-License-Identifier: Apache-2.0
package io.completionworker.architecture.planted.async;

import ch.qos.logback.classic.LoggerContext;

/** Out of the library's home. */
public final class UsesLogback {
  public final Class<?> planted = LoggerContext.class;
}
