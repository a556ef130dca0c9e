// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import java.util.List;

/** Thrown for a wrong configuration. Lists every fault on a line of its own, without any secret. */
public final class ConfigFaultsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<String> faults;

  /** Creates an exception for these faults, at least one. */
  public ConfigFaultsException(List<String> faults) {
    super(String.join(System.lineSeparator(), faults));
    this.faults = List.copyOf(faults);
  }

  /** Returns the faults, one line each: the key, what is wrong with it, and what is allowed. */
  public List<String> faults() {
    return faults;
  }
}
