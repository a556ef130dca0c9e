// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import java.util.Locale;

/**
 * A fault with its circumstances.
 *
 * @param number from 1
 * @param pick which instance or broker, modulo how many there are
 * @param outcomes how many go by before or during it
 * @param variant as the fault has it
 */
record Step(int number, Fault fault, Weather weather, int pick, int outcomes, boolean variant) {

  @Override
  public String toString() {
    return "step %d: %s%s, number %d, over %d outcomes, gateway %s"
        .formatted(
            number, lower(fault), variant ? " (variant)" : "", pick, outcomes, lower(weather));
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
