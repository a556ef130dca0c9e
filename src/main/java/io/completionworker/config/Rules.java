// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.GatewayConfig.Proxy;
import io.completionworker.config.key.Allowed;
import io.completionworker.config.key.KeyGroup;
import io.completionworker.config.key.KeyGroup.Faults;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.jspecify.annotations.Nullable;

/** Rules that relate several keys. A rule is skipped if one of its keys is invalid on its own. */
final class Rules {

  private final Map<String, Object> values;
  private final Faults faults;

  private Rules(Map<String, Object> values, Faults faults) {
    this.values = values;
    this.faults = faults;
  }

  /**
   * Checks all rules.
   *
   * @param values the valid values, by key
   */
  static void check(Map<String, Object> values, Faults faults) {
    Rules rules = new Rules(values, faults);
    rules.registryIsNamed();
    rules.topicsDiffer();
    rules.atLeast(AsyncConfig.MAX_PENDING_RECORDS_CONFIG, AsyncConfig.MAX_IN_FLIGHT_CONFIG);
    rules.atLeast(AsyncConfig.MAX_PENDING_BYTES_CONFIG, AsyncConfig.MAX_RECORD_BYTES_CONFIG);
    rules.atLeast(RetryConfig.MAX_BACKOFF_CONFIG, RetryConfig.INITIAL_BACKOFF_CONFIG);
    rules.atLeast(HoldConfig.PROBE_MAX_CONFIG, HoldConfig.PROBE_INITIAL_CONFIG);
    rules.atLeast(GatewayKeys.REQUEST_TIMEOUT_CONFIG, GatewayKeys.CONNECT_TIMEOUT_CONFIG);
    rules.atLeast(BreakerConfig.WINDOW_CONFIG, BreakerConfig.MIN_CALLS_CONFIG);
    rules.segmentHoldsAMessage();
    TlsKeys.check(values, faults);
    ProxyKeys.check(values, faults);
    ClassesConfig.check(values, faults);
  }

  private void registryIsNamed() {
    boolean avro =
        String.valueOf(values.get(ValuesConfig.FORMAT_CONFIG))
            .equalsIgnoreCase(ValuesConfig.Format.AVRO.name());
    if (avro
        && values.containsKey(RegistryConfig.URL_CONFIG)
        && values.get(RegistryConfig.URL_CONFIG) == null) {
      faults.add(
          RegistryConfig.URL_CONFIG,
          "is required, unless value.format is json; allowed: " + RegistryConfig.URLS);
    }
  }

  private void topicsDiffer() {
    Map<Object, String> keysByTopic = new LinkedHashMap<>();
    for (String key : TopicsConfig.KEYS) {
      Object topic = values.get(key);
      String other = topic == null ? null : keysByTopic.putIfAbsent(topic, key);
      if (other != null) {
        faults.add(key, topic + " is the topic of " + other + "; allowed: a topic of its own");
      }
    }
  }

  private void atLeast(String larger, String smaller) {
    if (known(larger, smaller) && number(larger) < number(smaller)) {
      faults.add(
          larger,
          number(larger) + " is too small; allowed: at least " + smaller + ", " + number(smaller));
    }
  }

  /** Checks the segment size, since brokers refuse a batch that is larger than a segment. */
  private void segmentHoldsAMessage() {
    String segment = ChangelogKeys.SEGMENT_BYTES_CONFIG;
    String record = AsyncConfig.MAX_RECORD_BYTES_CONFIG;
    if (known(segment, record)) {
      int message = AsyncConfig.maxMessageBytes((int) number(record));
      if (number(segment) < message) {
        faults.add(
            segment,
            number(segment)
                + " cannot hold a record of "
                + record
                + "; allowed: at least "
                + message);
      }
    }
  }

  private boolean known(String... keys) {
    return values.keySet().containsAll(List.of(keys));
  }

  private long number(String key) {
    return ((Number) Objects.requireNonNull(values.get(key), key)).longValue();
  }

  /** The keys of the proxy between the worker and the endpoint. */
  static final class ProxyKeys {

    static final String HOST_CONFIG = "gateway.proxy.host";
    static final String HOST_DOC =
        "Name or address of a proxy for all connections to the endpoint.";
    static final @Nullable String HOST_DEFAULT = null;

    static final String PORT_CONFIG = "gateway.proxy.port";
    static final String PORT_DOC = "Port of the proxy.";
    static final @Nullable Integer PORT_DEFAULT = null;

    static final String TYPE_CONFIG = "gateway.proxy.type";
    static final String TYPE_DOC =
        "Protocol of the proxy. Through `http`, calls to an https endpoint are tunnelled"
            + " (CONNECT).";
    static final String TYPE_DEFAULT = "http";

    static final String USERNAME_CONFIG = "gateway.proxy.username";
    static final String USERNAME_DOC = "User name for the proxy.";
    static final @Nullable String USERNAME_DEFAULT = null;

    static final String PASSWORD_CONFIG = "gateway.proxy.password";
    static final String PASSWORD_DOC = "Password for the proxy.";
    static final @Nullable String PASSWORD_DEFAULT = null;

    /** The largest length that fits into the one-byte length field of SOCKS 5 (RFC 1929). */
    private static final int LONGEST = 255;

    private ProxyKeys() {}

    static void define(KeyGroup group) {
      Importance medium = Importance.MEDIUM;
      group
          .key(
              HOST_CONFIG,
              ConfigDef.Type.STRING,
              HOST_DEFAULT,
              Allowed.text("the name or address of a host, nothing else", ProxyKeys::isHost),
              medium,
              HOST_DOC)
          .key(
              PORT_CONFIG,
              ConfigDef.Type.INT,
              PORT_DEFAULT,
              Allowed.between(1, 65_535),
              medium,
              PORT_DOC)
          .key(
              TYPE_CONFIG,
              ConfigDef.Type.STRING,
              TYPE_DEFAULT,
              Allowed.oneOf(Proxy.Type.class),
              Importance.LOW,
              TYPE_DOC)
          .key(
              USERNAME_CONFIG,
              ConfigDef.Type.STRING,
              USERNAME_DEFAULT,
              Allowed.text(
                  "up to 255 visible ASCII characters and no colon",
                  text -> isWord(text) && text.indexOf(':') < 0),
              medium,
              USERNAME_DOC)
          .key(
              PASSWORD_CONFIG,
              ConfigDef.Type.PASSWORD,
              PASSWORD_DEFAULT,
              Allowed.text("up to 255 visible ASCII characters", ProxyKeys::isWord),
              medium,
              PASSWORD_DOC);
    }

    static @Nullable Proxy from(WorkerConfig config) {
      @Nullable String host = config.getString(HOST_CONFIG);
      return host == null
          ? null
          : new Proxy(
              host,
              config.getInt(PORT_CONFIG),
              Proxy.Type.valueOf(config.getString(TYPE_CONFIG).toUpperCase(Locale.ROOT)),
              config.getString(USERNAME_CONFIG),
              config.secret(PASSWORD_CONFIG));
    }

    /** Checks the rules between the keys that are valid on their own. */
    static void check(Map<String, Object> values, Faults faults) {
      needs(HOST_CONFIG, PORT_CONFIG, values, faults);
      needs(PORT_CONFIG, HOST_CONFIG, values, faults);
      needs(USERNAME_CONFIG, HOST_CONFIG, values, faults);
      needs(USERNAME_CONFIG, PASSWORD_CONFIG, values, faults);
      needs(PASSWORD_CONFIG, USERNAME_CONFIG, values, faults);
    }

    private static void needs(String key, String other, Map<String, Object> values, Faults faults) {
      boolean absent = values.containsKey(other) && values.get(other) == null;
      if (values.get(key) != null && absent) {
        faults.add(key, "needs " + other + ", which is not set");
      }
    }

    /**
     * Whether this is a host, without scheme and port. Two or more colons make it an IPv6 address.
     */
    private static boolean isHost(String text) {
      return text.matches("[A-Za-z0-9._-]+")
          || text.matches("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
    }

    private static boolean isWord(String text) {
      return text.length() <= LONGEST && Allowed.isHeaderValue(text);
    }
  }
}
