// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.registry;

import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/**
 * The registry could not be asked, or could not answer: nothing is wrong with the record, and the
 * same call may succeed later.
 */
public class RegistryUnavailableException extends RetriableException {

  private static final long serialVersionUID = 1L;

  /** What was asked for, and what came instead. */
  public RegistryUnavailableException(String message) {
    super(message);
  }

  /** What was asked for, and what came instead. */
  public RegistryUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
