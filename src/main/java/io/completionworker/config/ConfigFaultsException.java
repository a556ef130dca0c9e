// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import java.util.List;

/** The configuration is wrong. Has every fault, one line each, and no secret in any of them. */
public final class ConfigFaultsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<String> faults;

  /** These faults, at least one. */
  public ConfigFaultsException(List<String> faults) {
    super(String.join(System.lineSeparator(), faults));
    this.faults = List.copyOf(faults);
  }

  /** Key, what is wrong with it, what is allowed; one line each. */
  public List<String> faults() {
    return faults;
  }
}
