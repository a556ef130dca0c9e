package io.completionworker.resilience.limit;

import java.util.HashMap;
import java.util.Map;
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
  private int nextLook = FIRST_LOOK;

  Remembered(Predicate<V> forgettable) {
    this.forgettable = forgettable;
  }

  @Nullable V get(K key) {
    return entries.get(key);
  }

  void put(K key, V value) {
    if (entries.size() >= nextLook) {
      entries.values().removeIf(forgettable);
      nextLook = Math.max(FIRST_LOOK, 2 * entries.size());
    }
    entries.put(key, value);
  }

  Iterable<V> values() {
    return entries.values();
  }

  int size() {
    return entries.size();
  }
}
