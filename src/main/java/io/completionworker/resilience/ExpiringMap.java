// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A map of state by credential or limit scope that removes idle entries. Records bring their own
 * virtual keys, so there may be millions of entries. The map looks for idle entries whenever the
 * number of entries has doubled, so the amortized cost of an entry is negligible. Written on the
 * dispatcher's thread, may be read on every thread.
 *
 * @param <K> a credential or limit scope
 * @param <S> the state of one credential or limit scope
 */
public final class ExpiringMap<K, S> {

  /** Up to this number, entries are kept without looking for idle ones. */
  public static final int FEW = 1_024;

  private final Map<K, S> states = new ConcurrentHashMap<>();
  private final Predicate<S> idle;
  private final BiConsumer<K, S> forgotten;
  private int lookAt = FEW;

  /**
   * Creates an empty map.
   *
   * @param idle whether a state can be removed without loss
   * @param forgotten called with every entry that was removed because it was idle
   */
  public ExpiringMap(Predicate<S> idle, BiConsumer<K, S> forgotten) {
    this.idle = idle;
    this.forgotten = forgotten;
  }

  /** Creates an empty map without a callback for removed entries. */
  public ExpiringMap(Predicate<S> idle) {
    this(idle, (key, state) -> {});
  }

  /** Returns the state of this key; null if there is none. */
  public @Nullable S get(K key) {
    return states.get(key);
  }

  /** Returns the state of this key, and creates it if there is none. */
  public S getOrAdd(K key, Supplier<S> fresh) {
    S known = states.get(key);
    if (known != null) {
      return known;
    }
    S added = fresh.get();
    put(key, added);
    return added;
  }

  /** Sets the state of this key. May remove idle entries first. */
  public void put(K key, S state) {
    if (states.size() >= lookAt) {
      forget();
      lookAt = Math.max(FEW, 2 * states.size());
    }
    states.put(key, state);
  }

  /** Removes an entry without calling {@code forgotten}. */
  public void remove(K key) {
    states.remove(key);
  }

  /** Returns a view of all entries. */
  public Map<K, S> all() {
    return states;
  }

  private void forget() {
    states.forEach(
        (key, state) -> {
          if (idle.test(state)) {
            states.remove(key);
            forgotten.accept(key, state);
          }
        });
  }
}
