// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A map that forgets what is no longer needed, so that it stays small with millions of keys. It
 * looks for such entries each time that it has doubled, which costs next to nothing for each entry.
 * One thread.
 */
final class Remembered<K, V> {

  private static final int FIRST_LOOK = 1_000;

  private final Map<K, V> entries = new HashMap<>();
  private final Predicate<V> forgettable;
  private final Consumer<V> forgotten;
  private int nextLook = FIRST_LOOK;

  Remembered(Predicate<V> forgettable) {
    this(forgettable, value -> {});
  }

  /**
   * @param forgotten hears of every value that is forgotten
   */
  Remembered(Predicate<V> forgettable, Consumer<V> forgotten) {
    this.forgettable = forgettable;
    this.forgotten = forgotten;
  }

  @Nullable V get(K key) {
    return entries.get(key);
  }

  void put(K key, V value) {
    if (entries.size() >= nextLook) {
      entries.values().removeIf(this::forgets);
      nextLook = Math.max(FIRST_LOOK, 2 * entries.size());
    }
    entries.put(key, value);
  }

  private boolean forgets(V value) {
    boolean forgets = forgettable.test(value);
    if (forgets) {
      forgotten.accept(value);
    }
    return forgets;
  }

  Iterable<V> values() {
    return entries.values();
  }

  int size() {
    return entries.size();
  }
}
