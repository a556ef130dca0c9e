// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

/** Which worker this is. */
public final class Version {

  private Version() {}

  /** The version of the jar; {@code development} for classes that are run from a directory. */
  public static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
