// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * What the user asked for on the command line.
 *
 * @param gateway worker settings of a real endpoint, {@code gateway.url} among them; empty for the
 *     simulated one
 * @param model in place of those of the prompts; null to leave them
 * @param patience longest time for all outcomes
 * @param keep how long worker, page and broker stay up afterwards
 */
record DemoSettings(
    Map<String, String> gateway, @Nullable String model, Duration patience, Duration keep) {

  private static final String URL = "gateway.url";

  private static final List<String> GATEWAY_KEYS =
      List.of(
          URL,
          "gateway.api.key",
          "gateway.virtual.key",
          "gateway.provider",
          "gateway.config",
          "gateway.authorization");

  /**
   * Reads system properties.
   *
   * @throws IllegalArgumentException in words for the user
   */
  static DemoSettings from(Properties properties) {
    Map<String, String> gateway = new HashMap<>();
    for (String key : GATEWAY_KEYS) {
      String value = properties.getProperty(key, "");
      if (!value.isBlank()) {
        gateway.put(key, value);
      }
    }
    if (!gateway.isEmpty() && !gateway.containsKey(URL)) {
      throw new IllegalArgumentException(
          gateway.keySet() + " without " + URL + ": say which endpoint they are for");
    }
    return new DemoSettings(
        Map.copyOf(gateway),
        properties.getProperty("demo.model"),
        seconds(properties, "demo.patience.seconds", gateway.isEmpty() ? 100 : 900),
        seconds(properties, "demo.keep.seconds", 0));
  }

  boolean simulated() {
    return gateway.isEmpty();
  }

  private static Duration seconds(Properties properties, String key, long otherwise) {
    String value = properties.getProperty(key);
    if (value != null && !value.matches("\\d{1,9}")) {
      throw new IllegalArgumentException(key + " must be a whole number of seconds, not " + value);
    }
    return Duration.ofSeconds(value == null ? otherwise : Long.parseLong(value));
  }
}
