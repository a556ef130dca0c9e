// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

/** The version of the worker. */
public final class Version {

  private Version() {}

  /** Returns the version of the jar; {@code development} if the classes run from a directory. */
  public static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
