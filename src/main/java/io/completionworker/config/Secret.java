// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

/** A value that never shows in print. */
public record Secret(String value) {

  @Override
  public String toString() {
    return "[hidden]";
  }
}
