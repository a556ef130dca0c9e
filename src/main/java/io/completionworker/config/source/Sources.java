// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config.source;

import io.completionworker.config.key.KeyGroup.Faults;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads the file and the environment, which wins. Only values in the file may contain variables.
 */
public final class Sources {

  /** The key under which faults of the file as a whole are listed. */
  public static final String FILE = "--config";

  private final Map<String, String> environment;
  private final Names names;

  /**
   * The names of the keys.
   *
   * @param fixed complete keys
   * @param open prefixes of keys whose remainder the user chooses
   * @param passedOn prefixes of keys that are passed on to the clients of other libraries
   */
  public record Names(Set<String> fixed, Set<String> open, Set<String> passedOn) {}

  /** Reads from this environment, and from a file that is given later. */
  public Sources(Map<String, String> environment, Names names) {
    this.environment = Map.copyOf(environment);
    this.names = names;
  }

  /** Returns all values as texts by key, in the order of the keys. */
  public Map<String, String> read(Optional<Path> file, Faults faults) {
    Map<String, String> fromEnvironment = new EnvironmentKeys(environment, names).read(faults);
    Variables variables = new Variables(environment);
    Map<String, String> values = new TreeMap<>();
    file.ifPresent(path -> values.putAll(new PropertiesFile(path, faults).read()));
    values.keySet().removeAll(fromEnvironment.keySet());
    values.replaceAll((key, raw) -> variables.resolve(key, raw, faults));
    values.putAll(fromEnvironment);
    return values;
  }
}
