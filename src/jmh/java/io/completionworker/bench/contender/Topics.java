// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.contender;

/** Those of the worker. */
final class Topics {

  static final String REQUESTS = "completion-requests";
  static final String RESPONSES = "completion-responses";
  static final String USAGE = "completion-usage";

  private Topics() {}
}
