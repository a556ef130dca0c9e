// SPDX-License-Identifier: Apache-2.0
package io.completionworker.metrics;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The meters of one name by the value of a tag, each made when its value first comes: so a record
 * costs a look-up, and no text is put together for it. For values of a fixed list, or bounded ones.
 * Safe on every thread.
 */
final class ByTag<M> {

  private final ConcurrentHashMap<String, M> meters = new ConcurrentHashMap<>();
  private final Function<String, M> make;

  ByTag(Function<String, M> make) {
    this.make = make;
  }

  M of(String value) {
    M known = meters.get(value); // takes no lock, as computeIfAbsent may
    return known == null ? meters.computeIfAbsent(value, make) : known;
  }
}
