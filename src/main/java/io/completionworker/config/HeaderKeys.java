// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.key.Allowed;
import io.completionworker.config.key.KeyGroup;
import io.completionworker.config.key.KeyGroup.Faults;
import io.completionworker.headers.KnownHeader;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/** The keys for headers beyond those that the endpoint defines. */
final class HeaderKeys {

  static final String FIXED_PREFIX = "gateway.headers.";

  static final String FORWARD_CONFIG = "gateway.forward.headers";
  static final String FORWARD_DOC =
      "Names of record headers to send on to the endpoint, separated by commas. Headers that the"
          + " endpoint defines are sent on without this.";
  static final String FORWARD_DEFAULT = "";

  static final String INLINE_CONFIG = "gateway.config.inline";
  static final String INLINE_DOC =
      "Let requests bring a Portkey config as JSON. Such a config can name hosts and keys, so let"
          + " only trusted writers use the request topic.";
  static final boolean INLINE_DEFAULT = false;

  private HeaderKeys() {}

  static void define(KeyGroup group) {
    group
        .key(
            FORWARD_CONFIG,
            ConfigDef.Type.LIST,
            FORWARD_DEFAULT,
            Allowed.list(
                "names of headers, but none that chooses credentials or hosts, belongs to the"
                    + " connection, or is set by the worker",
                HeaderKeys::isForwardable),
            Importance.MEDIUM,
            FORWARD_DOC)
        .flag(INLINE_CONFIG, INLINE_DEFAULT, Importance.LOW, INLINE_DOC);
  }

  static void check(Map<String, String> values, Faults faults) {
    Set<String> seen = new HashSet<>();
    values.forEach(
        (key, value) -> {
          if (key.startsWith(FIXED_PREFIX)) {
            check(key, value, seen, faults);
          }
        });
  }

  private static void check(String key, String value, Set<String> seen, Faults faults) {
    String header = header(key);
    KnownHeader known = KnownHeader.of(header);
    if (!Allowed.isHeaderName(header)) {
      faults.add(key, "is not the name of a header; allowed: gateway.headers. and a name");
    } else if (known.key() != null) {
      faults.add(key, "has a key of its own: " + known.key());
    } else if (known.isOfTheWorker()) {
      faults.add(key, "is set by the worker itself");
    } else if (!Allowed.isHeaderValue(value)) {
      faults.add(key, "has an illegal value; allowed: visible ASCII characters and spaces");
    } else if (!seen.add(header)) {
      faults.add(key, "is given twice, in upper and in lower case");
    }
  }

  static GatewayConfig.HeaderRules from(WorkerConfig config) {
    Map<String, String> fixed = new TreeMap<>();
    config
        .originalsStrings()
        .forEach(
            (key, value) -> {
              if (key.startsWith(FIXED_PREFIX)) {
                fixed.put(header(key), value);
              }
            });
    return new GatewayConfig.HeaderRules(
        Map.copyOf(fixed),
        config.getList(FORWARD_CONFIG).stream()
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet()),
        config.getBoolean(INLINE_CONFIG));
  }

  private static String header(String key) {
    return key.substring(FIXED_PREFIX.length()).toLowerCase(Locale.ROOT);
  }

  /** Whether a header may tell the endpoint the service tier. */
  static boolean mayNameTiers(String name) {
    KnownHeader known = KnownHeader.of(name.toLowerCase(Locale.ROOT));
    return Allowed.isHeaderName(name) && known.key() == null && !known.isOfTheWorker();
  }

  private static boolean isForwardable(String name) {
    return Allowed.isHeaderName(name) && KnownHeader.of(name).isForwardable();
  }
}
