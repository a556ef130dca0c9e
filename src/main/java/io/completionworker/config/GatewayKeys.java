// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.Rules.ProxyKeys;
import io.completionworker.config.key.Allowed;
import io.completionworker.config.key.KeyGroup;
import java.net.URI;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.jspecify.annotations.Nullable;

/**
 * The keys of the endpoint, its credentials and the connection. For headers, see {@link
 * HeaderKeys}.
 */
final class GatewayKeys {

  static final String URL_CONFIG = "gateway.url";
  static final String URL_DOC = "Base URL of the endpoint. The worker appends `/chat/completions`.";
  static final String URL_DEFAULT = "https://api.portkey.ai/v1";

  static final String API_KEY_CONFIG = "gateway.api.key";
  static final String API_KEY_DOC = "Portkey's API key, sent as `x-portkey-api-key`.";
  static final @Nullable String API_KEY_DEFAULT = null;

  static final String VIRTUAL_KEY_CONFIG = "gateway.virtual.key";
  static final String VIRTUAL_KEY_DOC =
      "Virtual key, sent as `x-portkey-virtual-key` unless a request has its own.";
  static final @Nullable String VIRTUAL_KEY_DEFAULT = null;

  static final String PROVIDER_CONFIG = "gateway.provider";
  static final String PROVIDER_DOC =
      "Provider, sent as `x-portkey-provider` unless a request has its own.";
  static final @Nullable String PROVIDER_DEFAULT = null;

  static final String CONFIG_CONFIG = "gateway.config";
  static final String CONFIG_DOC =
      "Id of a Portkey config, or a config as JSON, sent as `x-portkey-config` unless a request has"
          + " its own.";
  static final @Nullable String CONFIG_DEFAULT = null;

  static final String AUTHORIZATION_CONFIG = "gateway.authorization";
  static final String AUTHORIZATION_DOC =
      "Value of the `Authorization` header, such as `Bearer` and the provider's own key.";
  static final @Nullable String AUTHORIZATION_DEFAULT = null;

  static final String CONNECT_TIMEOUT_CONFIG = "gateway.connect.timeout.ms";
  static final String CONNECT_TIMEOUT_DOC = "Maximum wait for a connection.";
  static final long CONNECT_TIMEOUT_DEFAULT = 10_000;

  static final String REQUEST_TIMEOUT_CONFIG = "gateway.request.timeout.ms";
  static final String REQUEST_TIMEOUT_DOC =
      "Maximum time of one attempt, from its start to the last byte of the answer.";
  static final long REQUEST_TIMEOUT_DEFAULT = 600_000;

  static final String IDLE_TIMEOUT_CONFIG = "gateway.idle.timeout.ms";
  static final String IDLE_TIMEOUT_DOC =
      "Maximum silence of the endpoint before and during an answer. 0: only the request timeout"
          + " applies.";
  static final long IDLE_TIMEOUT_DEFAULT = 300_000;

  static final String MAX_RESPONSE_BYTES_CONFIG = "gateway.max.response.bytes";
  static final String MAX_RESPONSE_BYTES_DOC = "Maximum size of an answer, after decompression.";
  static final int MAX_RESPONSE_BYTES_DEFAULT = 16_777_216;

  static final String HTTP2_CONFIG = "gateway.http2";
  static final String HTTP2_DOC =
      "Use HTTP/2 where an https endpoint offers it, with as many connections as the endpoint's"
          + " limit of streams requires.";
  static final boolean HTTP2_DEFAULT = false;

  private static final long DAY = 86_400_000;

  private GatewayKeys() {}

  static void define(KeyGroup group) {
    group.key(
        URL_CONFIG,
        ConfigDef.Type.STRING,
        URL_DEFAULT,
        Allowed.text(
            "a URL with http or https and a host, without user, query or fragment",
            GatewayKeys::isUrl),
        Importance.HIGH,
        URL_DOC);
    secret(group, API_KEY_CONFIG, API_KEY_DEFAULT, Importance.HIGH, API_KEY_DOC);
    secret(group, VIRTUAL_KEY_CONFIG, VIRTUAL_KEY_DEFAULT, Importance.HIGH, VIRTUAL_KEY_DOC);
    group.key(
        PROVIDER_CONFIG,
        ConfigDef.Type.STRING,
        PROVIDER_DEFAULT,
        Allowed.headerValue(),
        Importance.MEDIUM,
        PROVIDER_DOC);
    secret(group, CONFIG_CONFIG, CONFIG_DEFAULT, Importance.MEDIUM, CONFIG_DOC);
    secret(
        group, AUTHORIZATION_CONFIG, AUTHORIZATION_DEFAULT, Importance.MEDIUM, AUTHORIZATION_DOC);
    HeaderKeys.define(group);
    defineTransport(group);
    TlsKeys.define(group);
    ProxyKeys.define(group);
  }

  private static void defineTransport(KeyGroup group) {
    Importance medium = Importance.MEDIUM;
    group
        .number(
            CONNECT_TIMEOUT_CONFIG,
            CONNECT_TIMEOUT_DEFAULT,
            Allowed.between(1, DAY),
            medium,
            CONNECT_TIMEOUT_DOC)
        .number(
            REQUEST_TIMEOUT_CONFIG,
            REQUEST_TIMEOUT_DEFAULT,
            Allowed.between(1, DAY),
            medium,
            REQUEST_TIMEOUT_DOC)
        .number(
            IDLE_TIMEOUT_CONFIG,
            IDLE_TIMEOUT_DEFAULT,
            Allowed.between(0, DAY),
            medium,
            IDLE_TIMEOUT_DOC)
        .key(
            MAX_RESPONSE_BYTES_CONFIG,
            ConfigDef.Type.INT,
            MAX_RESPONSE_BYTES_DEFAULT,
            Allowed.between(1_024, Integer.MAX_VALUE),
            medium,
            MAX_RESPONSE_BYTES_DOC)
        .flag(HTTP2_CONFIG, HTTP2_DEFAULT, Importance.LOW, HTTP2_DOC);
  }

  static GatewayConfig from(WorkerConfig config) {
    return new GatewayConfig(
        URI.create(config.getString(URL_CONFIG).replaceFirst("/+$", "")),
        new GatewayConfig.Credentials(
            config.secret(API_KEY_CONFIG),
            config.secret(VIRTUAL_KEY_CONFIG),
            config.getString(PROVIDER_CONFIG),
            config.secret(CONFIG_CONFIG),
            config.secret(AUTHORIZATION_CONFIG)),
        HeaderKeys.from(config),
        new GatewayConfig.Transport(
            config.millis(CONNECT_TIMEOUT_CONFIG),
            config.millis(REQUEST_TIMEOUT_CONFIG),
            config.millis(IDLE_TIMEOUT_CONFIG),
            config.getInt(MAX_RESPONSE_BYTES_CONFIG),
            config.getBoolean(HTTP2_CONFIG)),
        TlsKeys.from(config),
        ProxyKeys.from(config));
  }

  private static void secret(
      KeyGroup group,
      String key,
      @Nullable String defaultValue,
      Importance importance,
      String doc) {
    group.key(key, ConfigDef.Type.PASSWORD, defaultValue, Allowed.headerValue(), importance, doc);
  }

  static boolean isUrl(String text) {
    try {
      URI url = URI.create(text);
      String scheme = url.getScheme();
      return ("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme))
          && url.getHost() != null
          && url.getRawUserInfo() == null
          && url.getRawQuery() == null
          && url.getRawFragment() == null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
