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

  private final Map<String, String> everyCall = new LinkedHashMap<>();

  CallHeaders(GatewayConfig config, String version) {
    everyCall.put(KnownHeader.ACCEPT.text(), "application/json");
    everyCall.put(KnownHeader.USER_AGENT.text(), "completion-worker/" + version);
    config.headers().fixed().forEach(this::fix);
    GatewayConfig.Credentials credentials = config.credentials();
    put(KnownHeader.API_KEY.text(), value(credentials.apiKey()));
    put(KnownHeader.VIRTUAL_KEY.text(), value(credentials.virtualKey()));
    put(KnownHeader.PROVIDER.text(), credentials.provider());
    put(KnownHeader.CONFIG.text(), value(credentials.config()));
    put(KnownHeader.AUTHORIZATION.text(), value(credentials.authorization()));
    everyCall.put(KnownHeader.CONTENT_TYPE.text(), "application/json");
    everyCall.put(KnownHeader.ACCEPT_ENCODING.text(), "gzip");
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
      headers.set(KnownHeader.ACCEPT.text(), "text/event-stream");
    }
    call.wireHeaders()
        .forEach(
            (name, value) -> {
              String lower = name.toLowerCase(Locale.ROOT);
              if (KnownHeader.of(lower).isSentFromRecord()) {
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
    if (KnownHeader.of(lower).isOfTheWorker()) {
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
