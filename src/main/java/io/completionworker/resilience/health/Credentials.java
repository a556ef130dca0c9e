// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.health;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * State by credential, which forgets the idle ones: a record brings its own virtual key, so there
 * may be millions of them. Looks for idle ones whenever their number has doubled, so that it costs
 * next to nothing. Written on the dispatcher's thread, may be read on every thread.
 *
 * @param <S> state of one credential
 */
final class Credentials<S> {

  /** So many are kept without a look at them. */
  static final int FEW = 1_024;

  private final Map<String, S> states = new ConcurrentHashMap<>();
  private final Predicate<S> idle;
  private final BiConsumer<String, S> forgotten;
  private int lookAt = FEW;

  /**
   * No credentials yet.
   *
   * @param idle whether nothing is lost with a state
   * @param forgotten hears of every one that was forgotten for being idle
   */
  Credentials(Predicate<S> idle, BiConsumer<String, S> forgotten) {
    this.idle = idle;
    this.forgotten = forgotten;
  }

  /** As above, with nobody to hear of it. */
  Credentials(Predicate<S> idle) {
    this(idle, (credential, state) -> {});
  }

  @Nullable S get(String credential) {
    return states.get(credential);
  }

  S getOrAdd(String credential, Supplier<S> fresh) {
    S known = states.get(credential);
    if (known != null) {
      return known;
    }
    S added = fresh.get();
    put(credential, added);
    return added;
  }

  void put(String credential, S state) {
    if (states.size() >= lookAt) {
      forget();
      lookAt = Math.max(FEW, 2 * states.size());
    }
    states.put(credential, state);
  }

  void remove(String credential) {
    states.remove(credential);
  }

  Map<String, S> all() {
    return states;
  }

  private void forget() {
    states.forEach(
        (credential, state) -> {
          if (idle.test(state)) {
            states.remove(credential);
            forgotten.accept(credential, state);
          }
        });
  }
}
