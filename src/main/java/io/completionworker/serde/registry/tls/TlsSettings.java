// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.registry.tls;

import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's {@code ssl.*} settings of a client, typed, with Kafka's defaults. Values are not printed.
 */
public final class TlsSettings {

  private static final Set<String> TEXTS =
      Set.of(
          SslConfigs.SSL_PROTOCOL_CONFIG,
          SslConfigs.SSL_PROVIDER_CONFIG,
          SslConfigs.SSL_KEYSTORE_TYPE_CONFIG,
          SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG,
          SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG,
          SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG,
          SslConfigs.SSL_KEYMANAGER_ALGORITHM_CONFIG,
          SslConfigs.SSL_TRUSTMANAGER_ALGORITHM_CONFIG,
          SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG,
          SslConfigs.SSL_SECURE_RANDOM_IMPLEMENTATION_CONFIG);

  private static final Set<String> SECRETS =
      Set.of(
          SslConfigs.SSL_KEYSTORE_PASSWORD_CONFIG,
          SslConfigs.SSL_KEYSTORE_KEY_CONFIG,
          SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG,
          SslConfigs.SSL_KEY_PASSWORD_CONFIG,
          SslConfigs.SSL_TRUSTSTORE_PASSWORD_CONFIG,
          SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG);

  private static final Set<String> LISTS =
      Set.of(SslConfigs.SSL_ENABLED_PROTOCOLS_CONFIG, SslConfigs.SSL_CIPHER_SUITES_CONFIG);

  private final Map<String, String> given;

  /**
   * Takes settings by their names without a prefix. An empty value counts as not set, except for
   * the endpoint identification algorithm, where it turns the check of host names off.
   *
   * @throws ConfigException for a setting or a value that is not supported
   */
  public TlsSettings(Map<String, String> given) {
    this.given = new TreeMap<>(given);
    for (String name : this.given.keySet()) {
      if (!TEXTS.contains(name) && !SECRETS.contains(name) && !LISTS.contains(name)) {
        throw new ConfigException("Setting schema.registry." + name + " is not supported");
      }
    }
    String names = text(SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG, "https");
    if (!names.equalsIgnoreCase("https")) {
      throw new ConfigException(
          "schema.registry." + SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG,
          names,
          "must be https, or empty for no check of host names");
    }
  }

  /** Returns the settings in the form that Kafka's own store reader takes. */
  Map<String, Object> ofKafka() {
    Map<String, Object> typed = new HashMap<>();
    typed.put(SslConfigs.SSL_PROTOCOL_CONFIG, protocol());
    typed.put(SslConfigs.SSL_KEYSTORE_TYPE_CONFIG, SslConfigs.DEFAULT_SSL_KEYSTORE_TYPE);
    typed.put(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, SslConfigs.DEFAULT_SSL_TRUSTSTORE_TYPE);
    given.forEach(
        (name, value) -> {
          if (!value.isEmpty()) {
            typed.put(name, SECRETS.contains(name) ? new Password(value) : value);
          }
        });
    typed.put(SslConfigs.SSL_ENABLED_PROTOCOLS_CONFIG, protocols());
    typed.put(SslConfigs.SSL_CIPHER_SUITES_CONFIG, cipherSuites());
    return typed;
  }

  String protocol() {
    return text(SslConfigs.SSL_PROTOCOL_CONFIG, SslConfigs.DEFAULT_SSL_PROTOCOL);
  }

  @Nullable String provider() {
    return text(SslConfigs.SSL_PROVIDER_CONFIG);
  }

  List<String> protocols() {
    return list(
        text(SslConfigs.SSL_ENABLED_PROTOCOLS_CONFIG, SslConfigs.DEFAULT_SSL_ENABLED_PROTOCOLS));
  }

  /** Returns the cipher suites; empty for the runtime's own. */
  List<String> cipherSuites() {
    return list(text(SslConfigs.SSL_CIPHER_SUITES_CONFIG, ""));
  }

  String keyAlgorithm() {
    return text(
        SslConfigs.SSL_KEYMANAGER_ALGORITHM_CONFIG, KeyManagerFactory.getDefaultAlgorithm());
  }

  String trustAlgorithm() {
    return text(
        SslConfigs.SSL_TRUSTMANAGER_ALGORITHM_CONFIG, TrustManagerFactory.getDefaultAlgorithm());
  }

  /** Returns the password of the key, or that of its store if the key has none of its own. */
  char @Nullable [] keyPassword() {
    String ofKey = text(SslConfigs.SSL_KEY_PASSWORD_CONFIG);
    String password = ofKey == null ? text(SslConfigs.SSL_KEYSTORE_PASSWORD_CONFIG) : ofKey;
    return password == null ? null : password.toCharArray();
  }

  boolean checksHostNames() {
    String algorithm = given.get(SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG);
    return algorithm == null || !algorithm.isEmpty();
  }

  /** Returns the source of randomness; null for the runtime's own. */
  @Nullable SecureRandom random() throws NoSuchAlgorithmException {
    String name = text(SslConfigs.SSL_SECURE_RANDOM_IMPLEMENTATION_CONFIG);
    return name == null ? null : SecureRandom.getInstance(name);
  }

  private @Nullable String text(String name) {
    String value = given.getOrDefault(name, "");
    return value.isEmpty() ? null : value;
  }

  private String text(String name, String defaultValue) {
    String value = text(name);
    return value == null ? defaultValue : value;
  }

  private static List<String> list(String values) {
    return Arrays.stream(values.split(",", -1))
        .map(String::strip)
        .filter(v -> !v.isEmpty())
        .toList();
  }
}
