// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo.endpoint.limit;

import java.util.concurrent.atomic.AtomicLong;

/** A window as it fills. Written by one thread, read by any. */
final class Window {

  final long start;
  final long millis;
  final AtomicLong admitted = new AtomicLong();
  final AtomicLong overRequests = new AtomicLong();
  final AtomicLong overTokens = new AtomicLong();
  final AtomicLong overQuota = new AtomicLong();
  final AtomicLong tokens = new AtomicLong();
  private final String credential;

  Window(long start, long millis, String credential) {
    this.start = start;
    this.millis = millis;
    this.credential = credential;
  }

  /** Requests that count: all but those of an exhausted account. */
  long requests() {
    return admitted.get() + overRequests.get() + overTokens.get();
  }

  WindowCount count() {
    return new WindowCount(
        start,
        millis,
        credential,
        admitted.get(),
        overRequests.get(),
        overTokens.get(),
        overQuota.get(),
        tokens.get());
  }
}
