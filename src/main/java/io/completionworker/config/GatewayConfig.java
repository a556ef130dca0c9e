package io.completionworker.config;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The endpoint and how it is reached.
 *
 * @param url base URL without a slash at its end; {@code /chat/completions} is appended
 */
public record GatewayConfig(
    URI url, Credentials credentials, HeaderRules headers, Transport transport) {

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
}
