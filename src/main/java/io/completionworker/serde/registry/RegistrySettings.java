package io.completionworker.serde.registry;

import io.completionworker.config.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * Where the registry is and how it is asked, checked.
 *
 * @param mockScope scope of the registry in memory; null when there are endpoints
 * @param endpoints the registry's urls in the order they are tried in
 * @param connectTimeout for one connection
 * @param callTimeout for one call with its failovers and retries
 * @param normalize whether the registry shall normalize schemas before it compares them
 */
record RegistrySettings(
    @Nullable String mockScope,
    List<Endpoint> endpoints,
    Duration connectTimeout,
    Duration callTimeout,
    Retries retries,
    boolean normalize) {

  private static final String URL = "schema.registry.url";
  private static final String MOCK = "mock://";

  /**
   * One url of the registry.
   *
   * @param base without user-info and without a slash at its end
   * @param authorization value of the header of that name, or null
   */
  record Endpoint(URI base, @Nullable Secret authorization) {}

  /**
   * Rounds over all endpoints after the first one.
   *
   * @param max how many
   * @param firstWait longest wait before the first of them; it doubles from there
   * @param maxWait longest wait of all
   */
  record Retries(int max, Duration firstWait, Duration maxWait) {}

  static RegistrySettings from(Settings settings) {
    String urls = settings.text(URL, settings.text("url", ""));
    if (urls.isEmpty()) {
      throw new ConfigException("Setting " + URL + " is missing");
    }
    settings.refuse("schema.registry.ssl."); // a plain ssl. is Kafka's own
    settings.refuse("proxy.host");
    boolean mock = urls.startsWith(MOCK);
    return new RegistrySettings(
        mock ? mockScope(urls) : null,
        mock ? List.of() : endpoints(urls, settings),
        settings.millis("http.connect.timeout.ms", 60_000),
        settings.millis("http.read.timeout.ms", 60_000),
        new Retries(
            settings.count("max.retries", 3),
            settings.millis("retries.wait.ms", 1_000),
            settings.millis("retries.max.wait.ms", 20_000)),
        settings.flag("normalize.schemas", false));
  }

  private static String mockScope(String urls) {
    if (urls.indexOf(',') >= 0) {
      throw new ConfigException("Setting " + URL + ": a " + MOCK + " url must be the only one");
    }
    return urls.substring(MOCK.length());
  }

  private static List<Endpoint> endpoints(String urls, Settings settings) {
    Secret shared = sharedAuthorization(settings);
    List<Endpoint> endpoints = new ArrayList<>();
    for (String url : Arrays.stream(urls.split(",", -1)).map(String::strip).toList()) {
      endpoints.add(endpoint(url, shared));
    }
    return List.copyOf(endpoints);
  }

  private static Endpoint endpoint(String url, @Nullable Secret shared) {
    try {
      URI uri = new URI(url);
      String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
      if (uri.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
        throw malformedUrl();
      }
      String path = uri.getPath() == null ? "" : uri.getPath().replaceAll("/+$", "");
      URI base = new URI(scheme, null, uri.getHost(), uri.getPort(), path, null, null);
      String user = uri.getUserInfo();
      return new Endpoint(base, shared != null || user == null ? shared : basic(user));
    } catch (URISyntaxException e) {
      throw malformedUrl();
    }
  }

  /** Does not show the url: there may be a password in it. */
  private static ConfigException malformedUrl() {
    return new ConfigException(
        "Setting " + URL + " must be a list of http:// or https:// urls, or one " + MOCK + "scope");
  }

  private static @Nullable Secret sharedAuthorization(Settings settings) {
    String basicSource = settings.text("basic.auth.credentials.source", "URL");
    boolean userInfo = basicSource.equals("USER_INFO");
    if (!userInfo && !basicSource.equals("URL")) {
      throw new ConfigException("basic.auth.credentials.source", basicSource, Settings.NOT_YET);
    }
    String bearerSource = settings.text("bearer.auth.credentials.source", "STATIC_TOKEN");
    if (!bearerSource.equals("STATIC_TOKEN")) {
      throw new ConfigException("bearer.auth.credentials.source", bearerSource, Settings.NOT_YET);
    }
    String token = settings.text("bearer.auth.token");
    if (token != null && userInfo) {
      throw new ConfigException("Settings basic.auth.* and bearer.auth.* exclude each other");
    }
    if (!userInfo) {
      return token == null ? null : new Secret("Bearer " + token);
    }
    String user = settings.text("basic.auth.user.info");
    if (user == null) {
      throw new ConfigException("Setting basic.auth.user.info is missing: USER_INFO needs it");
    }
    return basic(user);
  }

  private static Secret basic(String userInfo) {
    byte[] bytes = userInfo.getBytes(StandardCharsets.UTF_8);
    return new Secret("Basic " + Base64.getEncoder().encodeToString(bytes));
  }
}
