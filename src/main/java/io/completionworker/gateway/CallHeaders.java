// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import io.completionworker.completion.CompletionCall;
import io.completionworker.config.GatewayConfig;
import io.completionworker.config.Secret;
import io.completionworker.headers.KnownHeader;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds the headers of a call: those that every call carries, and those that its record adds. A
 * record's header replaces the configured header of the same name, except where it would choose
 * credentials or hosts or change what the body is ({@link KnownHeader#sent}).
 */
final class CallHeaders {

  private static final Logger log = LoggerFactory.getLogger(CallHeaders.class);

  /** Cannot be changed, so requests refer to it. */
  private final MultiMap everyCall;

  /** Why no call can be made with these headers, or null. */
  private @Nullable IllegalArgumentException fault;

  CallHeaders(GatewayConfig config, String version) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put(KnownHeader.ACCEPT.text(), "application/json");
    all.put(KnownHeader.USER_AGENT.text(), "completion-worker/" + version);
    config.headers().fixed().forEach((name, value) -> fix(all, name, value));
    GatewayConfig.Credentials credentials = config.credentials();
    put(all, KnownHeader.API_KEY, value(credentials.apiKey()));
    put(all, KnownHeader.VIRTUAL_KEY, value(credentials.virtualKey()));
    put(all, KnownHeader.PROVIDER, credentials.provider());
    put(all, KnownHeader.CONFIG, value(credentials.config()));
    put(all, KnownHeader.AUTHORIZATION, value(credentials.authorization()));
    all.put(KnownHeader.CONTENT_TYPE.text(), "application/json");
    all.put(KnownHeader.ACCEPT_ENCODING.text(), "gzip");
    MultiMap headers = HttpHeaders.headers();
    try {
      all.forEach(headers::set);
    } catch (IllegalArgumentException e) {
      fault = e;
    }
    everyCall = headers.copy(false);
  }

  /** Returns the headers that every call carries. They cannot be changed. */
  MultiMap ofEveryCall() {
    return everyCall;
  }

  /**
   * Returns the headers that this call carries in addition to those of every call, or in place of
   * them.
   *
   * @param streamed whether a streamed answer is requested
   * @throws IllegalArgumentException if a name or value is not valid in a header, also one of every
   *     call
   */
  MultiMap of(CompletionCall call, boolean streamed) {
    if (fault != null) {
      throw new IllegalArgumentException(fault.getMessage(), fault);
    }
    MultiMap headers = HttpHeaders.headers();
    if (streamed) {
      headers.set(KnownHeader.ACCEPT.text(), "text/event-stream");
    }
    for (Map.Entry<String, String> header : call.wireHeaders().entrySet()) {
      String lower = header.getKey().toLowerCase(Locale.ROOT);
      if (KnownHeader.of(lower).isSentFromRecord()) {
        headers.set(lower, header.getValue());
      }
    }
    return headers;
  }

  private static void fix(Map<String, String> headers, String name, String value) {
    String lower = name.strip().toLowerCase(Locale.ROOT);
    if (KnownHeader.of(lower).isOfTheWorker()) {
      log.warn("gateway.headers.{} is ignored: the connection sets this header itself", lower);
    } else {
      headers.put(lower, value);
    }
  }

  private static void put(Map<String, String> headers, KnownHeader header, @Nullable String value) {
    if (value != null && !value.isBlank()) {
      headers.put(header.text(), value.strip());
    }
  }

  private static @Nullable String value(@Nullable Secret secret) {
    return secret == null ? null : secret.value();
  }
}
