// SPDX-License-Identifier: Apache-2.0
package io.completionworker.architecture.planted.async;

import picocli.CommandLine;

/** Out of the library's home. */
public final class UsesPicocli {
  public final Class<?> planted = CommandLine.class;
}
