// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.registry;

import io.completionworker.config.Secret;
import io.completionworker.serde.registry.tls.Tls;
import io.completionworker.serde.registry.tls.TlsSettings;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * The address of the registry and the rules for calls to it, checked.
 *
 * @param mockScope scope of the registry in memory; null if there are endpoints
 * @param endpoints URLs of the registry, in the order in which they are tried
 * @param randomize whether the first call may start with any of them
 * @param normalize whether the registry must normalize schemas before it compares them
 */
record RegistrySettings(
    @Nullable String mockScope,
    List<Endpoint> endpoints,
    boolean randomize,
    Connection connection,
    Retries retries,
    boolean normalize,
    Caching caching) {

  private static final String URL = "schema.registry.url";
  private static final String MOCK = "mock://";

  /**
   * One URL of the registry.
   *
   * @param base URL without user info and without a trailing slash
   * @param credentials authentication headers by name
   */
  record Endpoint(URI base, Map<String, Secret> credentials) {}

  /**
   * The connection to an endpoint.
   *
   * @param connectTimeout maximum time to open one connection; zero for no limit
   * @param callTimeout maximum time of one call, including its failovers and retries
   * @param proxy an unresolved address; null for the proxy of the runtime
   * @param tls null for the trust settings of the runtime
   */
  record Connection(
      Duration connectTimeout,
      Duration callTimeout,
      @Nullable InetSocketAddress proxy,
      @Nullable Tls tls) {}

  /**
   * The rounds over all endpoints after the first round.
   *
   * @param max maximum number of these rounds
   * @param firstWait longest wait before the first of them, which doubles with each round
   * @param maxWait upper limit of the doubled wait
   */
  record Retries(int max, Duration firstWait, Duration maxWait) {}

  /**
   * The limits of the cache.
   *
   * @param maxAnswers maximum number of answers; the oldest is removed first
   * @param latest how long a latest version is valid; null for no limit
   * @param maxMissing maximum number of refusals
   * @param missingId how long the refusal of an id or a GUID is valid
   * @param missingVersion how long the refusal of a latest version is valid
   * @param missingSchema how long the refusal of a registration or a lookup is valid
   */
  record Caching(
      int maxAnswers,
      @Nullable Duration latest,
      int maxMissing,
      Duration missingId,
      Duration missingVersion,
      Duration missingSchema) {}

  static RegistrySettings from(Settings settings) {
    String urls = settings.text(URL, settings.text("url", ""));
    if (urls.isEmpty()) {
      throw new ConfigException("Setting " + URL + " is missing");
    }
    boolean mock = urls.startsWith(MOCK);
    Map<String, Secret> shared = Credentials.shared(settings);
    return new RegistrySettings(
        mock ? mockScope(urls) : null,
        mock ? List.of() : endpoints(urls, shared),
        settings.flag("url.randomize", false),
        connection(settings),
        new Retries(
            settings.count("max.retries", 3),
            settings.millis("retries.wait.ms", 1_000),
            settings.millis("retries.max.wait.ms", 20_000)),
        settings.flag("normalize.schemas", false),
        caching(settings));
  }

  private static Connection connection(Settings settings) {
    Map<String, String> tls = settings.prefixed("ssl."); // without the prefix, ssl.* is Kafka's own
    return new Connection(
        settings.millis("http.connect.timeout.ms", 60_000),
        settings.millis("http.read.timeout.ms", 60_000),
        proxy(settings),
        tls.isEmpty() ? null : Tls.of(new TlsSettings(tls)));
  }

  private static @Nullable InetSocketAddress proxy(Settings settings) {
    String host = settings.text("proxy.host");
    int port = settings.count("proxy.port", 0);
    if (host == null && port == 0) {
      return null;
    }
    if (host == null || port < 1 || port > 65_535) {
      throw new ConfigException("Settings proxy.host and proxy.port (1 to 65535) need each other");
    }
    return InetSocketAddress.createUnresolved(host, port);
  }

  /**
   * Returns the limits of the cache. By default, refusals are cached for a short time, so that bad
   * records do not cause as many calls.
   */
  private static Caching caching(Settings settings) {
    int latest = settings.countOrMinusOne("latest.cache.ttl.sec");
    return new Caching(
        Math.max(1, settings.count("max.schemas.per.subject", 1_000)),
        latest < 0 ? null : Duration.ofSeconds(latest),
        Math.max(1, settings.count("missing.cache.size", 1_000)),
        settings.seconds("missing.id.cache.ttl.sec", 1),
        settings.seconds("missing.version.cache.ttl.sec", 10),
        settings.seconds("missing.schema.cache.ttl.sec", 10));
  }

  private static String mockScope(String urls) {
    if (urls.indexOf(',') >= 0) {
      throw new ConfigException("Setting " + URL + ": a " + MOCK + " url must be the only one");
    }
    return urls.substring(MOCK.length());
  }

  private static List<Endpoint> endpoints(String urls, Map<String, Secret> shared) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (String url : Arrays.stream(urls.split(",", -1)).map(String::strip).toList()) {
      endpoints.add(endpoint(url, shared));
    }
    return List.copyOf(endpoints);
  }

  private static Endpoint endpoint(String url, Map<String, Secret> shared) {
    try {
      URI uri = new URI(url);
      String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
      if (uri.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
        throw malformedUrl();
      }
      String path = uri.getPath() == null ? "" : uri.getPath().replaceAll("/+$", "");
      URI base = new URI(scheme, null, uri.getHost(), uri.getPort(), path, null, null);
      String user = uri.getUserInfo();
      return new Endpoint(
          base, shared.isEmpty() && user != null ? Credentials.ofUserInfo(user) : shared);
    } catch (URISyntaxException e) {
      throw malformedUrl();
    }
  }

  /** Returns an exception that does not show the URL, since it may contain a password. */
  private static ConfigException malformedUrl() {
    return new ConfigException(
        "Setting " + URL + " must be a list of http:// or https:// urls, or one " + MOCK + "scope");
  }
}
