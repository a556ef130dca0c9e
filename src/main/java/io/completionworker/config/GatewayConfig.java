// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The endpoint and the connection to it.
 *
 * @param url base URL without a trailing slash; {@code /chat/completions} is appended
 * @param proxy the proxy of all connections; null for direct connections
 */
public record GatewayConfig(
    URI url,
    Credentials credentials,
    HeaderRules headers,
    Transport transport,
    Tls tls,
    @Nullable Proxy proxy) {

  /**
   * Returns the endpoint's name in usage rows: its host, and its port unless that is the default.
   */
  public String endpoint() {
    String host = String.valueOf(url.getHost());
    int usual = "http".equalsIgnoreCase(url.getScheme()) ? 80 : 443;
    return url.getPort() < 0 || url.getPort() == usual ? host : host + ":" + url.getPort();
  }

  /** The credentials of every call, unless its record brings others. */
  public record Credentials(
      @Nullable Secret apiKey,
      @Nullable Secret virtualKey,
      @Nullable String provider,
      @Nullable Secret config,
      @Nullable Secret authorization) {}

  /**
   * Headers beyond those that the endpoint defines.
   *
   * @param fixed {@code gateway.headers.NAME}: headers of every call; names in lower case
   * @param forwarded {@code gateway.forward.headers}: names of record headers that are sent on, in
   *     lower case
   * @param inlineConfig whether a record's config may be inline JSON
   */
  public record HeaderRules(
      Map<String, String> fixed, Set<String> forwarded, boolean inlineConfig) {

    /** Shows the names only, because a fixed header may hold a secret. */
    @Override
    public String toString() {
      return "HeaderRules[fixed="
          + new TreeSet<>(fixed.keySet())
          + ", forwarded="
          + new TreeSet<>(forwarded)
          + ", inlineConfig="
          + inlineConfig
          + "]";
    }
  }

  /**
   * The limits and the protocol of a connection.
   *
   * @param connectTimeout maximum time to open one connection
   * @param requestTimeout maximum time from the start of an attempt to the last byte of its answer
   * @param idleTimeout longest silence while an answer is awaited or read
   * @param maxResponseBytes size of the largest answer, after decompression
   */
  public record Transport(
      Duration connectTimeout,
      Duration requestTimeout,
      Duration idleTimeout,
      int maxResponseBytes,
      boolean http2) {}

  /**
   * The certificates that the worker trusts, and the one that it presents.
   *
   * @param trustStore certificates that are trusted instead of the runtime's own; null for the
   *     runtime's own
   * @param keyStore certificate and key of this worker (mTLS); null for none
   * @param verifyHost whether the endpoint's certificate must be issued for the host of the URL
   */
  public record Tls(@Nullable Store trustStore, @Nullable Store keyStore, boolean verifyHost) {

    /** The prefix of the configuration keys of the trust store. */
    public static final String TRUST_STORE_PREFIX = "gateway.tls.trust.store.";

    /** The prefix of the configuration keys of the key store. */
    public static final String KEY_STORE_PREFIX = "gateway.tls.key.store.";

    /**
     * A file of certificates or keys that has not been opened yet.
     *
     * @param password password of the store and of the key in it
     */
    public record Store(Path path, @Nullable Secret password, Format format) {}

    /** The format of a certificate or key file. */
    public enum Format {
      PKCS12,
      JKS,
      PEM
    }
  }

  /**
   * A proxy.
   *
   * @param host name or address
   * @param username null if the proxy requires none
   * @param password null if there is no user name
   */
  public record Proxy(
      String host, int port, Type type, @Nullable String username, @Nullable Secret password) {

    /** The protocol of the proxy. */
    public enum Type {
      HTTP,
      SOCKS5
    }
  }
}
