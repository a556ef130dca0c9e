// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config.source;

import io.completionworker.config.key.KeyGroup.Faults;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads the file, then lets the environment win. Only the file's values may have variables. */
public final class Sources {

  /** What faults of the file as a whole are listed under. */
  public static final String FILE = "--config";

  private final Map<String, String> environment;
  private final Names names;

  /**
   * What keys are called.
   *
   * @param fixed whole keys
   * @param open beginnings of keys whose ends are the user's to choose
   * @param passedOn beginnings of keys that go to somebody else's client
   */
  public record Names(Set<String> fixed, Set<String> open, Set<String> passedOn) {}

  /** Sources with this environment. */
  public Sources(Map<String, String> environment, Names names) {
    this.environment = Map.copyOf(environment);
    this.names = names;
  }

  /** Names of the providers that variables of the file may have. */
  public static List<String> providers() {
    return Variables.PROVIDERS;
  }

  /** All texts by key, in the order of the keys. */
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
