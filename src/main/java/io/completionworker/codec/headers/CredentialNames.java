// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec.headers;

import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.PrintableText;
import io.completionworker.config.GatewayConfig.Credentials;
import io.completionworker.config.Glob;
import io.completionworker.config.RateLimitConfig.ScopeLimits;
import io.completionworker.config.Secret;
import io.completionworker.headers.KnownHeader;
import io.completionworker.validation.JsonSyntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gives readable names to the credentials of calls. A name comes from the configuration, otherwise
 * from the record. It never contains a secret or a part of one.
 */
public final class CredentialNames {

  private static final String ANY = "*";
  private static final String TEAM = "team";
  private static final int LONGEST = 64;

  private final Credentials configured;
  private final List<Alias> aliases;

  /**
   * @param overrides overrides whose names are used for the virtual keys of records that they
   *     match. The configured virtual key is named by its setting, which is where it can be
   *     changed.
   */
  public CredentialNames(Credentials configured, List<ScopeLimits> overrides) {
    this.configured = configured;
    this.aliases =
        overrides.stream()
            .filter(override -> !override.virtualKey().equals(ANY))
            .map(override -> new Alias(new Glob(override.virtualKey()), override.name()))
            .toList();
  }

  private record Alias(Glob virtualKey, String name) {}

  /** Returns the name of the credential that a call uses. */
  public String of(CompletionCall call) {
    Map<String, String> headers = call.wireHeaders();
    String own = headers.get(KnownHeader.VIRTUAL_KEY.text());
    String given = text(configured.virtualKey());
    String name = own != null && !own.equals(given) ? ofRecord(call, own) : ofSettings(call);
    String config = headers.get(KnownHeader.CONFIG.text());
    String provider = headers.get(KnownHeader.PROVIDER.text());
    StringBuilder text = new StringBuilder(name);
    if (config != null && !config.equals(text(configured.config()))) {
      text.append(" with a config of its records");
    }
    if (provider != null && !provider.equals(configured.provider())) {
      text.append(", provider ").append(shown(provider));
    }
    return text.append(slug(call.scope().model())).toString();
  }

  private String ofRecord(CompletionCall call, String virtualKey) {
    return aliases.stream()
        .filter(alias -> alias.virtualKey().matches(virtualKey))
        .map(alias -> "the virtual key of rate.limit.override." + alias.name())
        .findFirst()
        .or(() -> team(call).map(team -> "a virtual key of its records, team=" + team))
        .orElse("a virtual key of its records");
  }

  /**
   * Returns the names of the settings that the call authenticates with. If there are none, returns
   * the team of the request.
   */
  private String ofSettings(CompletionCall call) {
    List<String> parts = new ArrayList<>();
    add(parts, configured.apiKey(), "API key");
    add(parts, configured.virtualKey(), "virtual key");
    add(parts, configured.authorization(), "authorization");
    if (parts.isEmpty()) {
      add(parts, configured.config(), "gateway config");
    }
    if (parts.isEmpty()) {
      return team(call).map(team -> "requests of team=" + team).orElse("calls without a key");
    }
    int last = parts.size() - 1;
    String others = String.join(", ", parts.subList(0, last));
    return "the configured " + (last == 0 ? "" : others + " and ") + parts.get(last);
  }

  private static @Nullable String text(@Nullable Secret secret) {
    return secret == null ? null : secret.value();
  }

  private static void add(List<String> parts, @Nullable Secret secret, String name) {
    if (secret != null) {
      parts.add(name);
    }
  }

  private static Optional<String> team(CompletionCall call) {
    String json = call.wireHeaders().get(KnownHeader.METADATA.text());
    Map<String, String> metadata = json == null ? null : JsonSyntax.texts(json);
    String team = metadata == null ? null : metadata.get(TEAM);
    return Optional.ofNullable(team).map(CredentialNames::shown).filter(text -> !text.isEmpty());
  }

  private static String slug(String model) {
    int end = model.indexOf('/');
    return model.startsWith("@") && end > 1
        ? ", integration " + shown(model.substring(0, end))
        : "";
  }

  /** Makes text from outside printable: one line of limited length. */
  private static String shown(String text) {
    String line = PrintableText.line(text);
    int end = line.offsetByCodePoints(0, Math.min(LONGEST, line.codePointCount(0, line.length())));
    return line.substring(0, end);
  }
}
