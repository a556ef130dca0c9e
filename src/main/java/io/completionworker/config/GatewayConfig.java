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
 * The endpoint and how it is reached.
 *
 * @param url base URL without a slash at its end; {@code /chat/completions} is appended
 * @param proxy what connections go through; null when they go straight to the endpoint
 */
public record GatewayConfig(
    URI url,
    Credentials credentials,
    HeaderRules headers,
    Transport transport,
    Tls tls,
    @Nullable Proxy proxy) {

  /** What usage rows call the endpoint: its host, and its port where that is not the usual one. */
  public String endpoint() {
    String host = String.valueOf(url.getHost());
    int usual = "http".equalsIgnoreCase(url.getScheme()) ? 80 : 443;
    return url.getPort() < 0 || url.getPort() == usual ? host : host + ":" + url.getPort();
  }

  /** What every call authenticates with, unless its record says otherwise. */
  public record Credentials(
      @Nullable Secret apiKey,
      @Nullable Secret virtualKey,
      @Nullable String provider,
      @Nullable Secret config,
      @Nullable Secret authorization) {}

  /**
   * Headers beyond the endpoint's own.
   *
   * @param fixed {@code gateway.headers.NAME}: sent with every call; names in lower case
   * @param forwarded {@code gateway.forward.headers}: record headers that are sent on, lower case
   * @param inlineConfig whether a record's config may be inline JSON
   */
  public record HeaderRules(
      Map<String, String> fixed, Set<String> forwarded, boolean inlineConfig) {

    /** Names only: a fixed header may hold a secret. */
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
   * The connection.
   *
   * @param connectTimeout for one connection
   * @param requestTimeout from the start of an attempt to the last byte of its answer
   * @param idleTimeout longest silence while an answer is awaited or read
   * @param maxResponseBytes largest answer, after decompression
   */
  public record Transport(
      Duration connectTimeout,
      Duration requestTimeout,
      Duration idleTimeout,
      int maxResponseBytes,
      boolean http2) {}

  /**
   * Whom the worker trusts, and how it proves who it is.
   *
   * @param trustStore certificates to trust in place of the runtime's own; null for those
   * @param keyStore certificate and key of this worker (mTLS); null for none
   * @param verifyHost whether a certificate must be for the host of the url
   */
  public record Tls(@Nullable Store trustStore, @Nullable Store keyStore, boolean verifyHost) {

    /** What the keys of the trust store begin with. */
    public static final String TRUST_STORE_PREFIX = "gateway.tls.trust.store.";

    /** What the keys of the key store begin with. */
    public static final String KEY_STORE_PREFIX = "gateway.tls.key.store.";

    /**
     * A file of certificates or keys; not opened yet.
     *
     * @param password of the store, and of the key in it
     */
    public record Store(Path path, @Nullable Secret password, Format format) {}

    /** What such a file may be. */
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
   * @param username null when the proxy asks for none
   * @param password there when there is a username
   */
  public record Proxy(
      String host, int port, Type type, @Nullable String username, @Nullable Secret password) {

    /** What the proxy speaks. */
    public enum Type {
      HTTP,
      SOCKS5
    }
  }
}
