// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.registry;

import io.completionworker.serde.registry.RegistryClient.Time;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Time that stands still until it is moved; a wait moves it. */
final class ManualTime implements Time {

  private final List<Duration> sleeps = new CopyOnWriteArrayList<>();
  private final AtomicLong nanos = new AtomicLong(42);

  @Override
  public long nanos() {
    return nanos.get();
  }

  @Override
  public void sleep(Duration time) {
    sleeps.add(time);
    advance(time);
  }

  void advance(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  List<Duration> sleeps() {
    return sleeps;
  }
}
