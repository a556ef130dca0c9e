// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config.source;

import io.completionworker.config.key.KeyGroup.Faults;
import io.completionworker.config.key.Misspelling;
import io.completionworker.config.key.NearestKey;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads keys from environment variables: {@code GATEWAY_API_KEY} is {@code gateway.api.key}.
 *
 * <p>The environment is shared with other programs, so variables that are similar to no key are
 * ignored, and so are those that Kubernetes sets for a service. A variable that is similar to that
 * of a key is a fault. With the prefix {@code COMPLETION_WORKER_}, every variable must name a key.
 * A variable without a value counts as not set, because container files pass variables on that way.
 */
final class EnvironmentKeys {

  /** The prefix of variables that are for the worker alone. */
  static final String PREFIX = "COMPLETION_WORKER_";

  /** An empty text as a shell or YAML writes it. */
  private static final Set<String> EMPTY = Set.of("\"\"", "''");

  private static final Pattern NEARLY_PREFIX =
      Pattern.compile("(?i)completion[^a-z0-9]*workers?[^a-z0-9]+(.+)");

  private static final Pattern SERVICE_LINK =
      Pattern.compile("\\w+_(SERVICE_HOST|SERVICE_PORT(_\\w+)?|PORT_\\d+_(TCP|UDP|SCTP)(_\\w+)?)");

  private static final Pattern SERVICE_URL = Pattern.compile("(tcp|udp|sctp)://.*");

  private final Map<String, String> environment = new TreeMap<>();
  private final Map<String, String> keys = new TreeMap<>();
  private final Map<String, String> open = new TreeMap<>();
  private final Map<String, String> passedOn = new TreeMap<>();
  private final Misspelling misspelling;

  EnvironmentKeys(Map<String, String> environment, Sources.Names names) {
    environment.forEach(
        (variable, value) -> {
          if (!value.isBlank()) {
            String text = value.strip();
            this.environment.put(variable, EMPTY.contains(text) ? "" : text);
          }
        });
    put(names.fixed(), keys);
    put(names.open(), open);
    put(names.passedOn(), passedOn);
    misspelling =
        new Misspelling(Stream.concat(keys.keySet().stream(), open.keySet().stream()).toList());
  }

  /**
   * Returns the values by key. If a key is set with and without the prefix, the prefixed variable
   * wins.
   */
  Map<String, String> read(Faults faults) {
    Map<String, String> found = new TreeMap<>();
    Map<String, String> prefixed = new TreeMap<>();
    environment.forEach(
        (variable, value) -> {
          if (variable.startsWith(PREFIX)) {
            readPrefixed(variable, value, prefixed, faults);
          } else {
            read(variable, value, found, faults);
          }
        });
    found.putAll(prefixed);
    return found;
  }

  private void read(String variable, String value, Map<String, String> found, Faults faults) {
    Optional<String> key = key(variable);
    if (key.isPresent()) {
      if (!isServiceUrl(variable, value)) {
        found.put(key.get(), value);
      }
    } else if (!isServiceLink(variable, value)) {
      Matcher nearly = NEARLY_PREFIX.matcher(variable);
      boolean prefixed = nearly.matches();
      meantBy(prefixed ? nearly.group(1) : variable)
          .filter(meant -> !environment.containsKey(PREFIX + meant))
          .ifPresent(meant -> refuse(variable, prefixed ? PREFIX : "", meant, faults));
    }
  }

  private void readPrefixed(
      String variable, String value, Map<String, String> found, Faults faults) {
    String name = variable.substring(PREFIX.length());
    Optional<String> key = key(name);
    if (isServiceUrl(variable, value) || (key.isEmpty() && isServiceLink(variable, value))) {
      return;
    }
    Optional<String> set = key.or(() -> matching(name, passedOn));
    if (set.isPresent()) {
      found.put(set.get(), value);
    } else {
      String meant = meantBy(name).orElseGet(() -> NearestKey.to(name, keys.keySet()));
      refuse(variable, PREFIX, meant, faults);
    }
  }

  private void refuse(String variable, String prefix, String meant, Faults faults) {
    faults.add(
        variable,
        "no setting has this environment variable; the nearest is "
            + prefix
            + meant
            + ", for "
            + key(meant).orElse(meant));
  }

  private Optional<String> key(String variable) {
    return Optional.ofNullable(keys.get(variable)).or(() -> matching(variable, open));
  }

  private Optional<String> meantBy(String name) {
    return key(name).map(key -> name).or(() -> misspelling.meantBy(name));
  }

  /**
   * Returns the key of a variable that begins with one of these prefixes. The words of a header are
   * joined by dashes, all others by dots.
   */
  private static Optional<String> matching(String variable, Map<String, String> prefixes) {
    return prefixes.entrySet().stream()
        .filter(
            prefix ->
                variable.startsWith(prefix.getKey())
                    && variable.length() > prefix.getKey().length())
        .findFirst()
        .map(
            prefix -> {
              char joint = prefix.getKey().equals("GATEWAY_HEADERS_") ? '-' : '.';
              String rest = variable.substring(prefix.getKey().length());
              return prefix.getValue() + rest.toLowerCase(Locale.ROOT).replace('_', joint);
            });
  }

  /**
   * Whether Kubernetes set this variable to a URL, such as {@code MANAGEMENT_PORT} for a service
   * named management.
   */
  private static boolean isServiceUrl(String variable, String value) {
    return variable.endsWith("_PORT") && SERVICE_URL.matcher(value).matches();
  }

  private static boolean isServiceLink(String variable, String value) {
    return isServiceUrl(variable, value) || SERVICE_LINK.matcher(variable).matches();
  }

  private static void put(Collection<String> names, Map<String, String> byVariable) {
    names.forEach(name -> byVariable.put(name.toUpperCase(Locale.ROOT).replace('.', '_'), name));
  }
}
