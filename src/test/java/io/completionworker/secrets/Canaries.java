// SPDX-License-Identifier: Apache-2.0
package io.completionworker.secrets;

import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.RecordedCall;
import io.completionworker.demo.endpoint.Reply;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Headers;

/** Secrets that belong nowhere but into a call: what is planted, and how it is found again. */
public final class Canaries {

  /** All of them begin so; a few letters say which one it is. */
  public static final String PLANTED = "canary-5ecret-";

  /** Stands in the changelog: the value of a record is decoded only after it is stored. */
  public static final String CONFIG_FIELD = "config-field";

  /** Stands nowhere but in the input. */
  public static final String CONFIG_HEADER = "config-header";

  /** Opens the stores that are planted. */
  public static final String STORE_PASSWORD = PLANTED + "store";

  private static final String USER_INFO = "user:" + PLANTED + "basic";
  private static final String BASIC = Base64.getEncoder().encodeToString(bytes(USER_INFO));
  private static final Pattern ANY =
      Pattern.compile(PLANTED + "([a-z-]*)|(" + Pattern.quote(BASIC) + ")");

  private static final List<String> FORBIDDEN_HEADERS =
      List.of(
          "Authorization",
          "x-portkey-api-key",
          "proxy-authorization",
          "x-portkey-custom-host",
          "x-portkey-forward-headers");

  private Canaries() {}

  /**
   * Gives a worker secrets, as far as it has none of its own.
   *
   * @param trustStore a PKCS12 store that opens with {@link #STORE_PASSWORD}
   */
  public static void plantIn(Map<String, String> settings, Path trustStore) {
    String kafkaUser = "required username=\"user\" password=\"" + PLANTED + "jaas\";";
    Map.of(
            "gateway.api.key",
            PLANTED + "api-key",
            "gateway.virtual.key",
            PLANTED + "virtual-key",
            "gateway.authorization",
            "Bearer " + PLANTED + "authorization",
            "gateway.headers.x-provider-token",
            PLANTED + "fixed-header",
            "basic.auth.credentials.source",
            "USER_INFO",
            "basic.auth.user.info",
            USER_INFO,
            "schema.registry.ssl.truststore.location",
            trustStore.toString(),
            "schema.registry.ssl.truststore.password",
            STORE_PASSWORD,
            "kafka.ssl.truststore.password",
            STORE_PASSWORD,
            "kafka.sasl.jaas.config",
            "org.apache.kafka.common.security.plain.PlainLoginModule " + kafkaUser)
        .forEach(settings::putIfAbsent);
    if (!settings.containsKey("kafka.security.protocol")) {
      // over plain text no client uses them, so they may be anything
      PasswordsOfKafka.keys().forEach(key -> settings.putIfAbsent(key, PLANTED + letters(key)));
    }
  }

  private static String letters(String key) {
    return key.replace('.', '-');
  }

  /** Gives a record headers that no worker may take. */
  public static void plantIn(Headers headers) {
    FORBIDDEN_HEADERS.forEach(name -> headers.add(name, bytes("Bearer " + PLANTED + "header")));
  }

  /** An endpoint whose errors quote the secrets that it was sent, as some do. */
  public static Behaviour quoting(Behaviour behaviour) {
    Function<RecordedCall, Reply> script = behaviour.script();
    return script == null
        ? behaviour
        : new Behaviour(
            behaviour.latency(),
            behaviour.errors(),
            behaviour.limits(),
            call -> quoting(script.apply(call), call.headers().toString()),
            behaviour.answerTokens(),
            behaviour.recording(),
            behaviour.seed());
  }

  private static Reply quoting(Reply reply, String headers) {
    StringBuilder quoted = new StringBuilder();
    ANY.matcher(headers).results().forEach(canary -> quoted.append(canary.group()).append(' '));
    String message = Matcher.quoteReplacement("\"message\":\"not with " + quoted);
    return new Reply(
        reply.kind(),
        reply.status(),
        reply.headers(),
        reply.status() < 400 ? reply.body() : reply.body().replaceFirst("\"message\":\"", message),
        reply.delay());
  }

  /** The letters that say which ones a text has. */
  public static List<String> in(String text) {
    return text.contains(PLANTED) || text.contains(BASIC)
        ? ANY.matcher(text)
            .results()
            .map(hit -> hit.group(2) == null ? hit.group(1) : "basic, encoded")
            .distinct()
            .toList()
        : List.of();
  }

  /** The first one of a text, and what stands beside it. */
  static String around(String text) {
    Matcher first = ANY.matcher(text);
    int start = first.find() ? Math.max(0, first.start() - 100) : 0;
    return text.substring(start, Math.min(text.length(), start + 200)).replaceAll("\\s+", " ");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
