// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.key.Allowed;
import io.completionworker.config.key.KeyGroup;
import java.nio.file.Path;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.jspecify.annotations.Nullable;

/**
 * The prices for the cost of usage. The code that needs the prices opens the file later.
 *
 * @param prices the price file; null for usage rows without a cost
 */
public record UsageCostConfig(@Nullable Path prices) {

  public static final String PRICES_FILE_CONFIG = "usage.prices.file";
  static final String PRICES_FILE_DOC =
      "JSON file of prices per million tokens, by model. With it, usage rows have a cost. The"
          + " worker reads it at the start.";

  /** The default of a key that may be absent. */
  private static final @Nullable String NONE = null;

  static void define(KeyGroup group) {
    group.key(
        PRICES_FILE_CONFIG,
        ConfigDef.Type.STRING,
        NONE,
        Allowed.path(),
        Importance.MEDIUM,
        PRICES_FILE_DOC);
  }

  static UsageCostConfig from(WorkerConfig config) {
    @Nullable String file = config.getString(PRICES_FILE_CONFIG);
    return new UsageCostConfig(file == null ? null : Path.of(file));
  }
}
