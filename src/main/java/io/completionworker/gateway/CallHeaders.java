// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import io.completionworker.completion.AllowedHeaders;
import io.completionworker.completion.CompletionCall;
import io.completionworker.config.GatewayConfig;
import io.completionworker.config.Secret;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds the headers of a call: those that every call carries, and those that its record adds. A
 * record's header replaces the configured header of the same name, except where it would choose
 * credentials or hosts ({@link AllowedHeaders}) or change what the body is.
 */
final class CallHeaders {

  private static final Logger log = LoggerFactory.getLogger(CallHeaders.class);

  /** Headers that a record cannot set, since they say how the body is to be read. */
  private static final Set<String> OURS =
      Set.of("content-type", "content-encoding", "accept", "accept-encoding", "user-agent");

  /**
   * Headers that not even the configuration may set, since they belong to the connection or to the
   * body.
   */
  private static final Set<String> NEVER_FIXED =
      Set.of(
          "content-type",
          "content-encoding",
          "content-length",
          "accept-encoding",
          "connection",
          "keep-alive",
          "proxy-connection",
          "transfer-encoding",
          "te",
          "trailer",
          "upgrade",
          "expect");

  private final Map<String, String> everyCall = new LinkedHashMap<>();

  CallHeaders(GatewayConfig config, String version) {
    everyCall.put("accept", "application/json");
    everyCall.put("user-agent", "completion-worker/" + version);
    config.headers().fixed().forEach(this::fix);
    GatewayConfig.Credentials credentials = config.credentials();
    put("x-portkey-api-key", value(credentials.apiKey()));
    put("x-portkey-virtual-key", value(credentials.virtualKey()));
    put("x-portkey-provider", credentials.provider());
    put("x-portkey-config", value(credentials.config()));
    put("authorization", value(credentials.authorization()));
    everyCall.put("content-type", "application/json");
    everyCall.put("accept-encoding", "gzip");
  }

  /**
   * Returns the headers of this call.
   *
   * @param streamed whether a streamed answer is requested
   * @throws IllegalArgumentException if a name or value is not valid in a header
   */
  MultiMap of(CompletionCall call, boolean streamed) {
    MultiMap headers = ofEveryCall();
    if (streamed) {
      headers.set("accept", "text/event-stream");
    }
    call.wireHeaders()
        .forEach(
            (name, value) -> {
              String lower = name.toLowerCase(Locale.ROOT);
              if (AllowedHeaders.allows(lower) && !OURS.contains(lower)) {
                headers.set(lower, value);
              }
            });
    return headers;
  }

  /** Returns the headers of a call whose record adds none. */
  MultiMap ofEveryCall() {
    MultiMap headers = HttpHeaders.headers();
    everyCall.forEach(headers::set);
    return headers;
  }

  private void fix(String name, String value) {
    String lower = name.strip().toLowerCase(Locale.ROOT);
    if (NEVER_FIXED.contains(lower)) {
      log.warn("gateway.headers.{} is ignored: the connection sets this header itself", lower);
    } else {
      everyCall.put(lower, value);
    }
  }

  private void put(String name, @Nullable String value) {
    if (value != null && !value.isBlank()) {
      everyCall.put(name, value.strip());
    }
  }

  private static @Nullable String value(@Nullable Secret secret) {
    return secret == null ? null : secret.value();
  }
}
