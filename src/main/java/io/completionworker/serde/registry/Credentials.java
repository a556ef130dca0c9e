// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.registry;

import io.completionworker.config.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** Creates the authentication headers of a request, by name. */
final class Credentials {

  private static final String AUTHORIZATION = "Authorization";

  private Credentials() {}

  /** Returns the header for the part before the {@code @} of a URL. */
  static Map<String, Secret> ofUserInfo(String userInfo) {
    byte[] bytes = userInfo.getBytes(StandardCharsets.UTF_8);
    return Map.of(AUTHORIZATION, new Secret("Basic " + Base64.getEncoder().encodeToString(bytes)));
  }

  /**
   * Returns the headers that all URLs share; empty if there are none, or if each URL has its own.
   */
  static Map<String, Secret> shared(Settings settings) {
    String basicSource = settings.text("basic.auth.credentials.source", "URL");
    boolean userInfo = basicSource.equals("USER_INFO");
    if (!userInfo && !basicSource.equals("URL")) {
      throw new ConfigException("basic.auth.credentials.source", basicSource, Settings.NOT_YET);
    }
    Map<String, Secret> bearer = bearer(settings);
    if (!userInfo) {
      return bearer;
    }
    if (!bearer.isEmpty()) {
      throw new ConfigException("Settings basic.auth.* and bearer.auth.* exclude each other");
    }
    String user = settings.text("basic.auth.user.info");
    if (user == null) {
      throw new ConfigException("Setting basic.auth.user.info is missing: USER_INFO needs it");
    }
    return ofUserInfo(user);
  }

  private static Map<String, Secret> bearer(Settings settings) {
    String source = settings.text("bearer.auth.credentials.source", "STATIC_TOKEN");
    if (!source.equals("STATIC_TOKEN")) {
      throw new ConfigException("bearer.auth.credentials.source", source, Settings.NOT_YET);
    }
    String token = settings.text("bearer.auth.token");
    Map<String, Secret> headers = new LinkedHashMap<>();
    if (token != null) {
      headers.put(AUTHORIZATION, new Secret("Bearer " + sendable("bearer.auth.token", token)));
    }
    addFor(token, settings, "bearer.auth.logical.cluster", "target-sr-cluster", headers);
    addFor(token, settings, "bearer.auth.identity.pool.id", "Confluent-Identity-Pool-Id", headers);
    return headers;
  }

  private static void addFor(
      @Nullable String token,
      Settings settings,
      String name,
      String header,
      Map<String, Secret> headers) {
    String value = settings.text(name);
    if (value == null) {
      return;
    }
    if (token == null) {
      throw new ConfigException("Setting " + name + " needs bearer.auth.token");
    }
    headers.put(header, new Secret(sendable(name, value)));
  }

  /** Checks a value before the HTTP client does, since the client shows a value that it refuses. */
  private static String sendable(String name, String value) {
    if (!value.chars().allMatch(c -> c >= 0x20 && c < 0x7f)) {
      throw new ConfigException(
          "Setting " + name + " must be visible ASCII characters: it goes into a header");
    }
    return value;
  }
}
