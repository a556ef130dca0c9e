// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

/** A value that is never printed. */
public record Secret(String value) {

  @Override
  public String toString() {
    return "[hidden]";
  }
}
