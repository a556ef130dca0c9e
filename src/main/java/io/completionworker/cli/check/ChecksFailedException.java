// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.check;

import java.util.List;

/** The worker would not work; in one line. */
public final class ChecksFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** These failed, at least one. */
  public ChecksFailedException(List<Finding> failed) {
    super(message(failed));
  }

  private static String message(List<Finding> failed) {
    Finding first = failed.get(0);
    String count =
        failed.size() == 1 ? "1 check failed: " : failed.size() + " checks failed; first ";
    return count + first.about() + ": " + first.text();
  }
}
