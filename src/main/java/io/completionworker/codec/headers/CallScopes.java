// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec.headers;

import io.completionworker.completion.CompletionCall.CallScope;
import io.completionworker.completion.Fingerprint;
import io.completionworker.config.GatewayConfig.Credentials;
import io.completionworker.config.Secret;
import io.completionworker.headers.KnownHeader;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Derives the scope of a call from what the call authenticates with: the values of its record,
 * otherwise the settings.
 */
public final class CallScopes {

  private static final int HASH_BYTES = 8;

  /** Hashes that are kept; credentials are few, unless each request has its own. */
  private static final int MOST_HASHES = 1_000;

  private final Credentials configured;
  private final Map<String, String> hashes = new ConcurrentHashMap<>();

  /** Creates scopes for calls that use these credentials unless their record names others. */
  public CallScopes(Credentials configured) {
    this.configured = configured;
  }

  /** Returns the scope of a call whose record adds these headers. */
  public CallScope of(Map<String, String> headers, String model, @Nullable String tier) {
    String virtualKey =
        headers.getOrDefault(KnownHeader.VIRTUAL_KEY.text(), text(configured.virtualKey()));
    String identity =
        String.join(
            "\0", // occurs in no header
            part(text(configured.apiKey())),
            part(text(configured.authorization())),
            part(virtualKey),
            part(headers.getOrDefault(KnownHeader.PROVIDER.text(), configured.provider())),
            part(headers.getOrDefault(KnownHeader.CONFIG.text(), text(configured.config()))),
            slug(model));
    return new CallScope(hash(identity), virtualKey, model, tier);
  }

  private String hash(String identity) {
    String known = hashes.get(identity);
    if (known != null) {
      return known;
    }
    if (hashes.size() >= MOST_HASHES) {
      hashes.clear();
    }
    String hash = Fingerprint.of(identity, HASH_BYTES);
    hashes.put(identity, hash);
    return hash;
  }

  /**
   * Returns the {@code @slug/} of a model, which names an integration and therefore a credential.
   */
  private static String slug(String model) {
    int end = model.indexOf('/');
    return model.startsWith("@") && end > 0 ? model.substring(0, end + 1) : "";
  }

  private static @Nullable String text(@Nullable Secret secret) {
    return secret == null ? null : secret.value();
  }

  private static String part(@Nullable String value) {
    return value == null ? "" : value;
  }
}
