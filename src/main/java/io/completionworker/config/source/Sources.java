package io.completionworker.config.source;

import io.completionworker.config.key.Faults;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/** Reads the file, then lets the environment win. Only the file's values may have variables. */
public final class Sources {

  /** What faults of the file as a whole are listed under. */
  public static final String FILE = "--config";

  private final Map<String, String> environment;
  private final Collection<String> keys;

  /**
   * Sources with this environment.
   *
   * @param keys the keys of fixed name
   */
  public Sources(Map<String, String> environment, Collection<String> keys) {
    this.environment = Map.copyOf(environment);
    this.keys = keys;
  }

  /** All texts by key, in the order of the keys. */
  public Map<String, String> read(Optional<Path> file, Faults faults) {
    Map<String, String> fromEnvironment = EnvironmentKeys.read(environment, keys);
    Variables variables = new Variables(environment);
    Map<String, String> values = new TreeMap<>();
    file.ifPresent(path -> values.putAll(properties(path, faults)));
    values.keySet().removeAll(fromEnvironment.keySet());
    values.replaceAll((key, raw) -> variables.resolve(key, raw, faults));
    values.putAll(fromEnvironment);
    return values;
  }

  private static Map<String, String> properties(Path file, Faults faults) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      faults.add(FILE, "cannot read " + file + " as a properties file" + because(file, e));
    }
    Map<String, String> values = new TreeMap<>();
    properties
        .stringPropertyNames()
        .forEach(key -> values.put(key, properties.getProperty(key, "")));
    return values;
  }

  private static String because(Path file, Exception cause) {
    if (!Files.exists(file)) {
      return ": there is no such file";
    }
    return cause instanceof IllegalArgumentException ? ": " + cause.getMessage() : "";
  }
}
