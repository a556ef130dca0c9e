// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo.endpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call as the endpoint saw it.
 *
 * @param headers names in lower case; of a repeated header the first value
 * @param endedAt null while it is open
 * @param status sent; 0 while it is open, or when it ended without an answer
 */
public record RecordedCall(
    Map<String, String> headers,
    String body,
    Instant startedAt,
    @Nullable Instant endedAt,
    int status) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** {@code x-portkey-trace-id}; empty when it has none. */
  public String traceId() {
    return headers.getOrDefault("x-portkey-trace-id", "");
  }

  /** SHA-256 of the body, hex: the same for every call of one request. */
  public String fingerprint() {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(body.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  /**
   * A value of the body as text; empty when there is none.
   *
   * @param pointer a JSON pointer, such as {@code /user} or {@code /metadata/tenant}
   */
  public String text(String pointer) {
    try {
      return JSON.readTree(body).at(pointer).asText();
    } catch (JsonProcessingException e) {
      return "";
    }
  }
}
