// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.key.Allowed;
import io.completionworker.config.key.KeyGroup;
import io.completionworker.config.key.KeyGroup.Faults;
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
      "Names of record headers that are sent on to the endpoint, separated by commas, beside those"
          + " that the endpoint defines.";
  static final String FORWARD_DEFAULT = "";

  static final String INLINE_CONFIG = "gateway.config.inline";
  static final String INLINE_DOC =
      "Let requests bring a Portkey config as JSON. Such a config can name hosts and keys, so let"
          + " only writers that you trust use the request topic then.";
  static final boolean INLINE_DEFAULT = false;

  /** Headers that have a configuration key of their own, with that key. */
  private static final Map<String, String> PROPER_KEYS =
      Map.of(
          "x-portkey-api-key", GatewayKeys.API_KEY_CONFIG,
          "x-portkey-virtual-key", GatewayKeys.VIRTUAL_KEY_CONFIG,
          "x-portkey-provider", GatewayKeys.PROVIDER_CONFIG,
          "x-portkey-config", GatewayKeys.CONFIG_CONFIG,
          "authorization", GatewayKeys.AUTHORIZATION_CONFIG);

  /** Headers that the HTTP client sets itself, and connection headers (RFC 9110 section 7.6.1). */
  private static final Set<String> OF_THE_CLIENT =
      Set.of(
          "host",
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authenticate",
          "proxy-authorization",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "expect",
          "content-length",
          "content-type",
          "content-encoding",
          "accept",
          "accept-encoding");

  /** Headers of a single request, which its record brings or the worker creates. */
  private static final Set<String> OF_THE_REQUEST =
      Set.of(
          "traceparent",
          "tracestate",
          "baggage",
          "x-portkey-trace-id",
          "x-portkey-span-id",
          "x-portkey-parent-span-id");

  /**
   * Headers that are never forwarded, since a record may not choose the credentials or host of a
   * call.
   */
  private static final Set<String> NEVER_FROM_A_RECORD =
      Set.of(
          "x-portkey-api-key",
          "authorization",
          "x-portkey-custom-host",
          "x-portkey-forward-headers");

  private HeaderKeys() {}

  static void define(KeyGroup group) {
    group
        .key(
            FORWARD_CONFIG,
            ConfigDef.Type.LIST,
            FORWARD_DEFAULT,
            Allowed.list(
                "names of headers, but none that chooses credentials or hosts or belongs to the"
                    + " connection",
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
    if (PROPER_KEYS.containsKey(header)) {
      faults.add(key, "has a key of its own: " + PROPER_KEYS.get(header));
    } else if (OF_THE_CLIENT.contains(header) || OF_THE_REQUEST.contains(header)) {
      faults.add(key, "is set by the worker itself");
    } else if (!Allowed.isHeaderName(header)) {
      faults.add(key, "is not the name of a header; allowed: gateway.headers. and a name");
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

  private static boolean isForwardable(String name) {
    String header = name.toLowerCase(Locale.ROOT);
    return Allowed.isHeaderName(name)
        && !NEVER_FROM_A_RECORD.contains(header)
        && !OF_THE_CLIENT.contains(header);
  }
}
