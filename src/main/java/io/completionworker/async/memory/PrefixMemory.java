// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.memory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.completionworker.config.PromptCacheConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Knows which prefixes of prompts the provider is expected to have in its cache, which open calls
 * are bringing more into it, and who waits for these.
 *
 * <p>A prefix is warm for a while after a call with it was answered. A call is the warm-up of those
 * of its prefixes that are not warm and have no warm-up yet. Others wait for the warm-up of the
 * longest prefix of theirs that has one. So a prompt whose beginning is shared by many, and more of
 * it by few, first waits for the former, and then follows, or is, the warm-up of the latter.
 *
 * <p>A wait ends with the warm-up. It also ends when the warm-up has been open for the longest
 * wait, or when all waits of the one who waits have been as long together. Who was released because
 * of time, or by a warm-up that failed, does not wait again.
 *
 * <p>One thread only.
 *
 * @param <W> who is called
 */
public final class PrefixMemory<W> {

  private final long maxWaitNanos;
  private final LongSupplier nanos;
  private final Cache<String, Boolean> warm;
  private final Map<String, WarmUp<W>> warmUps = new HashMap<>();
  private final Map<W, List<String>> calls = new HashMap<>();
  private final Map<W, Waiter<W>> waiters = new HashMap<>();
  private final TreeSet<Waiter<W>> byEnd = new TreeSet<>(Waiter::byEnd);
  private long numbers;

  /**
   * @param nanos the monotonic time
   */
  public PrefixMemory(PromptCacheConfig config, LongSupplier nanos) {
    this.maxWaitNanos = config.maxWait().toNanos();
    this.nanos = nanos;
    warm =
        Caffeine.newBuilder()
            .maximumSize(config.maxPrefixes())
            .expireAfterWrite(config.warm())
            .ticker(nanos::getAsLong)
            .executor(Runnable::run)
            .build();
  }

  /** What the provider is expected to have of a prompt when the prompt is sent. */
  public enum Found {
    /** At least the shortest prefix. */
    WARM,
    /** Nothing yet, but another open call has the same prefix. */
    WARMING,
    /** Nothing: this call is the first with the prefix. */
    COLD
  }

  /** The open call that brings one prefix into the cache. */
  private static final class WarmUp<W> {
    private final W who;
    private final long startedNanos;
    private final Set<Waiter<W>> waiting = new HashSet<>();

    private WarmUp(W who, long startedNanos) {
      this.who = who;
      this.startedNanos = startedNanos;
    }
  }

  /** One that waits, or has waited and is not called yet. */
  private static final class Waiter<W> {
    private final W who;
    private final long number;
    private @Nullable WarmUp<W> waitsFor;
    private boolean waitsNoMore;
    private long waitedNanos;
    private long sinceNanos;
    private long untilNanos;

    private Waiter(W who, long number) {
      this.who = who;
      this.number = number;
    }

    private static int byEnd(Waiter<?> waiter, Waiter<?> other) {
      int byTime = Long.compare(waiter.untilNanos - other.untilNanos, 0);
      return byTime != 0 ? byTime : Long.compare(waiter.number, other.number);
    }
  }

  /**
   * Whether this one must wait for the warm-up of one of its prefixes. If so, {@link #ended},
   * {@link #answering} or {@link #due} releases it.
   *
   * @param prefixes its prefixes, the shortest first
   * @param mostNanos how long it may wait now, because of a deadline
   */
  public boolean mustWait(W who, List<String> prefixes, long mostNanos) {
    long now = nanos.getAsLong();
    WarmUp<W> warmUp = longest(prefixes, now);
    if (warmUp == null) {
      return false;
    }
    Waiter<W> known = waiters.get(who);
    if (known != null) {
      stop(known); // it may be asked while it waits
    }
    long left = known == null ? maxWaitNanos : left(known);
    long most = Math.min(mostNanos, maxWaitNanos - (now - warmUp.startedNanos));
    if (Math.min(left, most) <= 0) {
      return false;
    }
    Waiter<W> waiter = known == null ? new Waiter<>(who, ++numbers) : known;
    waiters.put(who, waiter);
    waiter.waitsFor = warmUp;
    waiter.sinceNanos = now;
    waiter.untilNanos = now + Math.min(left, most);
    warmUp.waiting.add(waiter);
    byEnd.add(waiter);
    return true;
  }

  private long left(Waiter<W> waiter) {
    return waiter.waitsNoMore ? 0 : maxWaitNanos - waiter.waitedNanos;
  }

  /** Returns the warm-up of the longest prefix whose call has not been open for too long. */
  private @Nullable WarmUp<W> longest(List<String> prefixes, long nowNanos) {
    for (int i = prefixes.size() - 1; i >= 0; i--) {
      WarmUp<W> warmUp = warmUps.get(prefixes.get(i));
      if (warmUp != null && nowNanos - warmUp.startedNanos < maxWaitNanos) {
        return warmUp;
      }
    }
    return null;
  }

  /** Whether this one waits for the call of another one. */
  public boolean waits(W who) {
    Waiter<W> waiter = waiters.get(who);
    return waiter != null && waiter.waitsFor != null;
  }

  /** Returns all who wait for the call of another one. */
  public Collection<W> waiting() {
    return byEnd.stream().map(waiter -> waiter.who).toList();
  }

  /**
   * Records that one is called.
   *
   * @param prefixes its prefixes, the shortest first; at least one
   */
  public Found started(W who, List<String> prefixes) {
    long now = nanos.getAsLong();
    Found found =
        isWarm(prefixes.get(0))
            ? Found.WARM
            : warmUps.containsKey(prefixes.get(0)) ? Found.WARMING : Found.COLD;
    calls.put(who, prefixes);
    for (String prefix : prefixes) {
      if (!isWarm(prefix)) {
        warmUps.putIfAbsent(prefix, new WarmUp<>(who, now));
      }
    }
    return found;
  }

  private boolean isWarm(String prefix) {
    return warm.getIfPresent(prefix) != null;
  }

  /**
   * Records that the answer to a call has begun, so that its whole prompt was read.
   *
   * @return who has waited for that and may be called now, in the order in which they first waited
   */
  public List<W> answering(W who) {
    List<Waiter<W>> released = new ArrayList<>();
    for (String prefix : calls.getOrDefault(who, List.of())) {
      warm.put(prefix, true);
      WarmUp<W> warmUp = warmUps.remove(prefix); // it may be another call that took longer
      if (warmUp != null) {
        released.addAll(warmUp.waiting);
      }
    }
    return release(released);
  }

  /**
   * Records that a call has ended.
   *
   * @return as {@link #answering}
   */
  public List<W> ended(W who, boolean answered) {
    if (answered) {
      List<W> released = answering(who);
      calls.remove(who);
      return released;
    }
    List<String> prefixes = calls.remove(who);
    List<Waiter<W>> released = new ArrayList<>();
    for (String prefix : prefixes == null ? List.<String>of() : prefixes) {
      WarmUp<W> warmUp = warmUps.get(prefix);
      if (warmUp != null && warmUp.who.equals(who)) {
        warmUps.remove(prefix);
        released.addAll(warmUp.waiting);
      }
    }
    return releaseForGood(released);
  }

  /** Returns who has waited long enough, in the order in which they first waited. */
  public List<W> due() {
    long now = nanos.getAsLong();
    List<Waiter<W>> released = new ArrayList<>();
    while (!byEnd.isEmpty() && byEnd.first().untilNanos - now <= 0) {
      released.add(byEnd.pollFirst());
    }
    return releaseForGood(released);
  }

  /** Returns the nanoseconds until the first wait ends by time; {@link Long#MAX_VALUE} if none. */
  public long nextNanos() {
    return byEnd.isEmpty()
        ? Long.MAX_VALUE
        : Math.max(0, byEnd.first().untilNanos - nanos.getAsLong());
  }

  /** Ends the wait of one, which may wait again for what is left of its longest wait. */
  public void stopsWaiting(W who) {
    Waiter<W> waiter = waiters.get(who);
    if (waiter != null) {
      stop(waiter);
    }
  }

  /** Forgets the waits of one that is not called any more. */
  public void left(W who) {
    Waiter<W> waiter = waiters.remove(who);
    if (waiter != null) {
      stop(waiter);
    }
  }

  private List<W> releaseForGood(List<Waiter<W>> released) {
    released.forEach(waiter -> waiter.waitsNoMore = true);
    return release(released);
  }

  private List<W> release(List<Waiter<W>> released) {
    released.sort(Comparator.comparingLong(waiter -> waiter.number));
    released.forEach(this::stop);
    return released.stream().map(waiter -> waiter.who).toList();
  }

  private void stop(Waiter<W> waiter) {
    WarmUp<W> warmUp = waiter.waitsFor;
    if (warmUp != null) {
      byEnd.remove(waiter);
      warmUp.waiting.remove(waiter);
      waiter.waitsFor = null;
      waiter.waitedNanos += nanos.getAsLong() - waiter.sinceNanos;
    }
  }
}
