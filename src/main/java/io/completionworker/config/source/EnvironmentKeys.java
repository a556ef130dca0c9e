package io.completionworker.config.source;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Environment variables as keys: {@code GATEWAY_API_KEY} is {@code gateway.api.key}.
 *
 * <p>A variable without a value counts as not set, because container files pass variables on that
 * way. What is no key of ours is left alone, and so are the variables that Kubernetes sets for a
 * service of the name {@code kafka} or {@code schema-registry}.
 */
final class EnvironmentKeys {

  private static final Map<String, String> OPEN_PREFIXES =
      Map.of(
          "KAFKA_", "kafka.",
          "SCHEMA_REGISTRY_", "schema.registry.",
          "BASIC_AUTH_", "basic.auth.",
          "BEARER_AUTH_", "bearer.auth.",
          "GATEWAY_HEADERS_", "gateway.headers.",
          "RATE_LIMIT_OVERRIDE_", "rate.limit.override.");

  private static final Pattern SERVICE_LINK =
      Pattern.compile(
          "(KAFKA|SCHEMA_REGISTRY)(_\\w+)?_"
              + "(SERVICE_HOST|SERVICE_PORT(_\\w+)?|PORT(_\\d+_(TCP|UDP|SCTP)(_\\w+)?)?)");

  /**
   * First words of the registry client's settings. The environment has other variables of that
   * prefix, such as the name of an image, and a setting that has no effect would stop the start.
   */
  private static final Pattern REGISTRY_SETTING =
      Pattern.compile(
          "schema\\.registry\\."
              + "(url|http|max|retries|proxy|context|latest|missing|ssl|basic|bearer|use|auto|id"
              + "|normalize|value|key)(\\..+)?");

  private EnvironmentKeys() {}

  static Map<String, String> read(Map<String, String> environment, Collection<String> keys) {
    Map<String, String> found = new TreeMap<>();
    environment.forEach(
        (variable, value) ->
            OPEN_PREFIXES.forEach(
                (prefix, keyPrefix) -> {
                  String key = variable.startsWith(prefix) ? rest(variable, prefix) : "";
                  if (!key.isEmpty()
                      && !isServiceLink(variable, value)
                      && isSetting(keyPrefix + key)) {
                    found.put(keyPrefix + key, value.strip());
                  }
                }));
    for (String key : keys) {
      String value = environment.get(variable(key));
      if (value != null && !isServiceUrl(key, value)) {
        found.put(key, value.strip());
      }
    }
    found.values().removeIf(String::isEmpty);
    return found;
  }

  /** The variable of a key. */
  static String variable(String key) {
    return key.toUpperCase(Locale.ROOT).replace('.', '_');
  }

  /** A header's words are joined by dashes, all else by dots. */
  private static String rest(String variable, String prefix) {
    char joint = prefix.equals("GATEWAY_HEADERS_") ? '-' : '.';
    return variable.substring(prefix.length()).toLowerCase(Locale.ROOT).replace('_', joint);
  }

  private static boolean isSetting(String key) {
    return !key.startsWith("schema.registry.") || REGISTRY_SETTING.matcher(key).matches();
  }

  /** The port of the registry's proxy is also what Kubernetes sets for a service of that name. */
  private static boolean isServiceLink(String variable, String value) {
    boolean proxyPort = variable.equals("SCHEMA_REGISTRY_PROXY_PORT") && !value.contains("://");
    return !proxyPort && SERVICE_LINK.matcher(variable).matches();
  }

  /** {@code MANAGEMENT_PORT} is also what Kubernetes sets for a service named management. */
  private static boolean isServiceUrl(String key, String value) {
    return key.endsWith(".port") && value.startsWith("tcp://");
  }
}
