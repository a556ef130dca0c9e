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
          "GATEWAY_HEADERS_", "gateway.headers.");

  private static final Pattern SERVICE_LINK =
      Pattern.compile(
          "(KAFKA|SCHEMA_REGISTRY)(_\\w+)?_"
              + "(SERVICE_HOST|SERVICE_PORT(_\\w+)?|PORT(_\\d+_(TCP|UDP|SCTP)(_\\w+)?)?)");

  private EnvironmentKeys() {}

  static Map<String, String> read(Map<String, String> environment, Collection<String> keys) {
    Map<String, String> found = new TreeMap<>();
    environment.forEach(
        (variable, value) ->
            OPEN_PREFIXES.forEach(
                (prefix, keyPrefix) -> {
                  if (variable.startsWith(prefix) && !isServiceLink(variable, value)) {
                    found.put(keyPrefix + rest(variable, prefix), value.strip());
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
