// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config.key;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.jspecify.annotations.Nullable;

/** Declares keys one after the other. The keys of a group appear together on the reference page. */
public final class KeyGroup {

  private final ConfigDef definition;
  private final String name;
  private int order;

  /** Starts a group with this name. */
  public KeyGroup(ConfigDef definition, String name) {
    this.definition = definition;
    this.name = name;
  }

  /** Declares a key with a default value, which is null if the key need not be set. */
  public KeyGroup key(
      String key,
      ConfigDef.Type type,
      @Nullable Object defaultValue,
      Allowed allowed,
      Importance importance,
      String doc) {
    definition.define(
        key, type, defaultValue, allowed, importance, doc, name, order++, Width.NONE, key);
    return this;
  }

  /** Declares a key that must be set. */
  public KeyGroup required(String key, ConfigDef.Type type, Allowed allowed, String doc) {
    return key(key, type, ConfigDef.NO_DEFAULT_VALUE, allowed, Importance.HIGH, doc);
  }

  /** Declares a key that is true or false. */
  public KeyGroup flag(String key, boolean defaultValue, Importance importance, String doc) {
    return key(key, ConfigDef.Type.BOOLEAN, defaultValue, Allowed.trueOrFalse(), importance, doc);
  }

  /** Declares a time or a size, as a 64-bit number. */
  public KeyGroup number(
      String key, long defaultValue, Allowed allowed, Importance importance, String doc) {
    return key(key, ConfigDef.Type.LONG, defaultValue, allowed, importance, doc);
  }

  /**
   * Collects all faults, so that they are reported together. Each is one line: the key, then the
   * fault.
   */
  public static final class Faults {

    private final Set<String> keys = new LinkedHashSet<>();
    private final Set<String> lines = new LinkedHashSet<>();

    /** Adds a fault of this key. */
    public void add(String key, String what) {
      keys.add(key);
      lines.add((key + ": " + what).replaceAll("\\s*\\R\\s*", " "));
    }

    /**
     * Whether this key has a fault already. A fault that follows from it is not worth a second
     * line.
     */
    public boolean has(String key) {
      return keys.contains(key);
    }

    /** Returns the faults in the order in which they were found. */
    public List<String> lines() {
      return List.copyOf(new ArrayList<>(lines));
    }
  }
}
