// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * State by credential or limit scope that forgets the idle entries: records bring their own virtual
 * keys, so there may be millions of them. It looks for idle entries whenever their number has
 * doubled, which costs next to nothing for each entry. Written on the dispatcher's thread, may be
 * read on every thread.
 *
 * @param <K> what the state is of
 * @param <S> state of one of them
 */
public final class Remembered<K, S> {

  /** Up to this number, entries are kept without looking for idle ones. */
  public static final int FEW = 1_024;

  private final Map<K, S> states = new ConcurrentHashMap<>();
  private final Predicate<S> idle;
  private final BiConsumer<K, S> forgotten;
  private int lookAt = FEW;

  /**
   * No entries yet.
   *
   * @param idle whether nothing is lost if this state is forgotten
   * @param forgotten called with every entry that was forgotten because it was idle
   */
  public Remembered(Predicate<S> idle, BiConsumer<K, S> forgotten) {
    this.idle = idle;
    this.forgotten = forgotten;
  }

  /** No entries yet; nothing is called when one is forgotten. */
  public Remembered(Predicate<S> idle) {
    this(idle, (key, state) -> {});
  }

  /** The state of this key; null when there is none. */
  public @Nullable S get(K key) {
    return states.get(key);
  }

  /** The state of this key, which is made if there is none. */
  public S getOrAdd(K key, Supplier<S> fresh) {
    S known = states.get(key);
    if (known != null) {
      return known;
    }
    S added = fresh.get();
    put(key, added);
    return added;
  }

  /** Sets the state of this key; may forget idle entries first. */
  public void put(K key, S state) {
    if (states.size() >= lookAt) {
      forget();
      lookAt = Math.max(FEW, 2 * states.size());
    }
    states.put(key, state);
  }

  /** Removes an entry, without calling anything. */
  public void remove(K key) {
    states.remove(key);
  }

  /** All entries; a view. */
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
