// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.json;

import static java.util.Map.entry;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** HTTP statuses for the codes of MiniMax, which reports every error with status 200. */
final class MiniMaxCodes {

  private static final Map<Integer, Integer> STATUSES =
      Map.ofEntries(
          entry(1000, 500),
          entry(1001, 504),
          entry(1002, 429),
          entry(1004, 401),
          entry(1008, 402),
          entry(1013, 500),
          entry(1024, 500),
          entry(1026, 400),
          entry(1027, 400),
          entry(1033, 500),
          entry(1039, 429),
          entry(2013, 400),
          entry(2049, 401));

  private MiniMaxCodes() {}

  /** Returns the status that a code stands for; null if it is unknown. */
  static @Nullable Integer status(int code) {
    return STATUSES.get(code);
  }
}
