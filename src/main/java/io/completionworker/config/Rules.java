// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.key.Faults;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What must hold between keys. A rule is left out where one of its keys is wrong by itself. */
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
   * @param values what could be read, by key
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

  /** Brokers refuse a batch that is larger than a segment. */
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
}
