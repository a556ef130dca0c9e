// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.GatewayConfig.Proxy;
import io.completionworker.config.key.Allowed;
import io.completionworker.config.key.Faults;
import io.completionworker.config.key.KeyGroup;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.jspecify.annotations.Nullable;

/** The proxy between worker and endpoint. */
final class ProxyKeys {

  static final String HOST_CONFIG = "gateway.proxy.host";
  static final String HOST_DOC =
      "Name or address of a proxy that all connections to the endpoint go through.";
  static final @Nullable String HOST_DEFAULT = null;

  static final String PORT_CONFIG = "gateway.proxy.port";
  static final String PORT_DOC = "Port of the proxy.";
  static final @Nullable Integer PORT_DEFAULT = null;

  static final String TYPE_CONFIG = "gateway.proxy.type";
  static final String TYPE_DOC =
      "What the proxy speaks. Through http, calls to an https endpoint are tunnelled (CONNECT).";
  static final String TYPE_DEFAULT = "http";

  static final String USERNAME_CONFIG = "gateway.proxy.username";
  static final String USERNAME_DOC = "User name for the proxy.";
  static final @Nullable String USERNAME_DEFAULT = null;

  static final String PASSWORD_CONFIG = "gateway.proxy.password";
  static final String PASSWORD_DOC = "Password for the proxy.";
  static final @Nullable String PASSWORD_DEFAULT = null;

  /** What fits into one byte of SOCKS 5 (RFC 1929). */
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

  /** What must hold between the keys, of those that are fine by themselves. */
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

  /** No scheme and no port; two colons or more are an IPv6 address. */
  private static boolean isHost(String text) {
    return text.matches("[A-Za-z0-9._-]+")
        || text.matches("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
  }

  private static boolean isWord(String text) {
    return text.length() <= LONGEST && Allowed.isHeaderValue(text);
  }
}
