// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Makes the ids of attempts: 32 hex digits, unique also over restarts and instances. */
final class CallIds {

  private CallIds() {}

  static String next() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong());
  }
}
