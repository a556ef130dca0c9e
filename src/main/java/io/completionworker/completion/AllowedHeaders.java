// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import java.util.Locale;
import java.util.Set;

/**
 * Decides which record headers the worker accepts.
 *
 * <p>It refuses headers that would let a record choose credentials or hosts, and the hop-by-hop
 * headers of RFC 9110 section 7.6.1. A refused header is never stored, sent, logged or copied to an
 * output. Headers with schema ids are accepted, because the bytes cannot be decoded without them.
 */
public final class AllowedHeaders {

  /** Names of the refused headers, in lower case. */
  public static final Set<String> FORBIDDEN =
      Set.of(
          "x-portkey-api-key",
          "authorization",
          "proxy-authorization",
          "x-portkey-custom-host",
          "x-portkey-forward-headers",
          "connection",
          "host",
          "keep-alive",
          "proxy-authenticate",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "content-length",
          "expect");

  /** Prefix of headers that commands write for the commands that read the request topic. */
  public static final String BATCH_PREFIX = "completion-batch-";

  private AllowedHeaders() {}

  /**
   * Whether a header, in any case, is a command's note about its batch, which the worker does not
   * need.
   */
  public static boolean isBatchNote(String name) {
    return name.regionMatches(true, 0, BATCH_PREFIX, 0, BATCH_PREFIX.length());
  }

  /** Whether a header with this name, in any case, is accepted from a record. */
  public static boolean allows(String name) {
    return !FORBIDDEN.contains(name.strip().toLowerCase(Locale.ROOT));
  }
}
