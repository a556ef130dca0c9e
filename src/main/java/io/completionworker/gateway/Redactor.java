// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import io.completionworker.config.GatewayConfig;
import io.completionworker.config.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Removes from a text what must not be repeated: the configured secrets, and anything else that
 * looks like a key, since providers quote the key that they reject.
 */
final class Redactor {

  static final String HIDDEN = "[hidden]";

  /** Maximum length of a text that is searched, in characters. Nothing longer is kept anyway. */
  private static final int WINDOW = 16 * 1024;

  private static final int SHORTEST_SECRET = 4;

  private static final Pattern KEYS =
      Pattern.compile(
          "\\bsk-[\\w*-]+"
              + "|\\b(?:pk|rk|gsk|xai|pplx|nvapi)[-_][\\w*-]{16,}"
              + "|\\bAIza[\\w-]{16,}"
              + "|(?<=\\b[Bb]earer )[\\w*.~+/=-]{8,}"
              + "|(?<=\\bBasic )[\\w+/=]{12,}");

  private static final Pattern SECRET_NAME =
      Pattern.compile("key|token|secret|auth|password|credential");

  private final List<String> secrets;

  /** Creates a redactor that hides these values wherever they occur. */
  Redactor(Stream<String> secrets) {
    this.secrets =
        secrets
            .map(String::strip)
            .filter(secret -> secret.length() >= SHORTEST_SECRET)
            .distinct()
            // the longest first: one may be a part of another
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList();
  }

  /** Creates a redactor that hides the secrets of this configuration. */
  static Redactor of(GatewayConfig config) {
    GatewayConfig.Credentials credentials = config.credentials();
    Stream<String> named =
        Stream.of(
                credentials.apiKey(),
                credentials.virtualKey(),
                credentials.config(),
                credentials.authorization())
            .flatMap(Stream::ofNullable)
            .map(Secret::value);
    Stream<String> fixed =
        config.headers().fixed().entrySet().stream()
            .filter(header -> isSecret(header.getKey()))
            .map(Map.Entry::getValue);
    return new Redactor(
        Stream.concat(
            Stream.concat(named, fixed).flatMap(Redactor::withItsToken), ofProxy(config.proxy())));
  }

  /**
   * Returns the text without secrets, cut to this many characters. For null, returns an empty text.
   */
  String clean(@Nullable String text, int most) {
    if (text == null) {
      return "";
    }
    // The text is cut last, so that no part of a secret is left at the end.
    String clean = text.length() > WINDOW ? text.substring(0, WINDOW) : text;
    for (String secret : secrets) {
      clean = clean.replace(secret, HIDDEN);
    }
    clean = KEYS.matcher(clean).replaceAll(HIDDEN);
    return clean.length() <= most ? clean : clean.substring(0, endBefore(clean, most));
  }

  /** Returns the password and the form in which it is sent to the proxy. */
  private static Stream<String> ofProxy(GatewayConfig.@Nullable Proxy proxy) {
    Secret password = proxy == null ? null : proxy.password();
    if (proxy == null || password == null) {
      return Stream.empty();
    }
    byte[] basic = (proxy.username() + ":" + password.value()).getBytes(StandardCharsets.UTF_8);
    return Stream.of(password.value(), Base64.getEncoder().encodeToString(basic));
  }

  private static int endBefore(String text, int most) {
    return Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
  }

  private static boolean isSecret(String header) {
    return SECRET_NAME.matcher(header.toLowerCase(Locale.ROOT)).find();
  }

  /**
   * Returns the value and its token. An authorization value consists of a scheme and a token, and
   * the token alone is a secret, too.
   */
  private static Stream<String> withItsToken(String value) {
    int space = value.strip().lastIndexOf(' ');
    return space < 0 ? Stream.of(value) : Stream.of(value, value.strip().substring(space + 1));
  }
}
