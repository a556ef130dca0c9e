// SPDX-License-Identifier: Apache-2.0
package io.completionworker.architecture;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Map;

/**
 * Packages in layers: a package sees those of lower layers, and of its own layer only itself.
 * Sub-packages belong to the package above them.
 */
final class Layers extends ArchCondition<JavaClass> {

  private static final int NONE = Integer.MAX_VALUE;

  /** The packages right below the root. */
  static final Map<String, Integer> OF_ALL =
      Map.ofEntries(
          Map.entry("", 6),
          Map.entry("topology", 5),
          Map.entry("management", 5),
          Map.entry("cli", 5),
          Map.entry("codec", 5),
          Map.entry("usage", 5),
          Map.entry("format", 4),
          Map.entry("async", 3),
          Map.entry("resilience", 3),
          Map.entry("gateway", 3),
          Map.entry("serde", 3),
          Map.entry("validation", 3),
          Map.entry("tokens", 3),
          Map.entry("pricing", 2),
          Map.entry("metrics", 2),
          Map.entry("tracing", 2),
          Map.entry("control", 2),
          Map.entry("logging", 1),
          Map.entry("completion", 1),
          Map.entry("config", 1),
          Map.entry("headers", 0),
          Map.entry("avro", 0));

  /** The modules of {@code async}. */
  static final Map<String, Integer> OF_ASYNC =
      Map.ofEntries(
          Map.entry("", 6),
          Map.entry("dispatch", 5),
          Map.entry("tier", 4),
          Map.entry("spending", 4),
          Map.entry("sharing", 4),
          Map.entry("flight", 3),
          Map.entry("outbox", 2),
          Map.entry("chunk", 2),
          Map.entry("schedule", 1),
          Map.entry("codec", 1),
          Map.entry("memory", 1),
          Map.entry("loop", 0));

  private final String root;
  private final Map<String, Integer> layers;

  Layers(String root, Map<String, Integer> layers) {
    super("import only from lower layers");
    this.root = root;
    this.layers = layers;
  }

  @Override
  public void check(JavaClass origin, ConditionEvents events) {
    String from = part(origin);
    int layer = layers.getOrDefault(from, NONE);
    if (layer == NONE) {
      String message = origin.getName() + " is in a package without a layer: " + from;
      events.add(SimpleConditionEvent.violated(origin, message));
    }
    for (Dependency dependency : origin.getDirectDependenciesFromSelf()) {
      JavaClass target = dependency.getTargetClass().getBaseComponentType();
      if (!isOurs(target) || part(target).equals(from)) {
        continue;
      }
      if (layers.getOrDefault(part(target), NONE) >= layer) {
        events.add(SimpleConditionEvent.violated(origin, dependency.getDescription()));
      }
    }
  }

  private boolean isOurs(JavaClass type) {
    return (type.getPackageName() + ".").startsWith(root + ".");
  }

  /** The first part of the package's name below the root. */
  private String part(JavaClass type) {
    String name = type.getPackageName();
    return name.equals(root) ? "" : name.substring(root.length() + 1).replaceFirst("\\..*", "");
  }
}
