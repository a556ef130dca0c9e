// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.memory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.completionworker.completion.Answer;
import io.completionworker.completion.CompletionCall.CacheKey;
import io.completionworker.config.CacheConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers answers for a while, and knows which askers wait for the call of another one with the
 * same key. An asker is known from {@link #ask} until {@link #left}. Askers without a key are not
 * known at all, and cost nothing.
 *
 * <p>An answer is remembered if all its choices ended as they should, with {@code stop}, {@code
 * length}, {@code tool_calls}, {@code function_call} or what other models say for these. All
 * others, and failures, are for the asker alone that was called. After an answer that is for one
 * alone, the next ones of its key do not wait for each other, and after failures fewer and fewer do
 * so: otherwise calls that all end like this would be made one at a time. They wait again once an
 * answer is remembered, or the time of one would have passed.
 *
 * <p>One thread only, except {@link #bytes}.
 *
 * @param <W> who asks
 */
public final class AnswerMemory<W> {

  /** In lower case. Some are other models' words for the first four. */
  private static final Set<String> COMPLETED =
      Set.of(
          "stop",
          "length",
          "tool_calls",
          "function_call",
          "complete",
          "end_turn",
          "eos",
          "eos_token",
          "max_tokens",
          "stop_sequence",
          "tool_call",
          "tool_use");

  /** Bytes in memory for each character of a body, at most: as text, decoded and in two bytes. */
  private static final int IN_MEMORY = 4;

  private static final int OVERHEAD = 1_024;

  private final @Nullable Cache<String, Answer> answers;
  private final CacheConfig config;
  private final LongSupplier nanos;
  private final BiPredicate<W, W> mayWaitFor;
  private final Map<String, Same<W>> sames = new HashMap<>();
  private final Map<W, Asker<W>> askers = new HashMap<>();

  /**
   * @param nanos the monotonic time
   * @param mayWaitFor whether the first asker may wait for the open call of the second one
   */
  public AnswerMemory(CacheConfig config, LongSupplier nanos, BiPredicate<W, W> mayWaitFor) {
    this.config = config;
    this.nanos = nanos;
    this.mayWaitFor = mayWaitFor;
    answers =
        config.on()
            ? Caffeine.newBuilder()
                .maximumWeight(config.maxBytes())
                .<String, Answer>weigher((key, answer) -> weight(answer))
                .expireAfterWrite(config.ttl())
                .ticker(nanos::getAsLong)
                .executor(Runnable::run)
                .build()
            : null;
  }

  /** The askers that have the same key. */
  private static final class Same<W> {
    private final LinkedHashSet<Asker<W>> all = new LinkedHashSet<>();
    private final LinkedHashSet<Asker<W>> waiting = new LinkedHashSet<>();
    private final Set<Asker<W>> calling = new HashSet<>();

    /** How many calls that an asker may wait for may be open before it does. */
    private int together = 1;

    private boolean failed;
    private long inVainNanos;
  }

  private static final class Asker<W> {
    private final W who;
    private final CacheKey key;
    private final Same<W> same;

    private Asker(W who, CacheKey key, Same<W> same) {
      this.who = who;
      this.key = key;
      this.same = same;
    }

    private boolean isCalling() {
      return same.calling.contains(this);
    }
  }

  /**
   * What follows from the end of a call.
   *
   * @param answer the answer that others may have now; null if there is none
   * @param takers who may have it, in the order in which they asked
   * @param released who has waited and need not any more, in that order; each may be called now if
   *     it got no answer
   */
  public record Ended<W>(@Nullable Answer answer, List<W> takers, List<W> released) {}

  /** Returns the remembered answer. If there is none, the asker is known from now on. */
  public @Nullable Answer ask(W who, @Nullable CacheKey key) {
    if (key == null || answers == null) {
      return null;
    }
    Asker<W> asker = askers.get(who);
    if (asker == null) {
      asker = new Asker<>(who, key, sames.computeIfAbsent(key.hash(), hash -> new Same<>()));
      askers.put(who, asker);
      asker.same.all.add(asker);
    }
    return recall(who);
  }

  /** Returns the answer if it is remembered by now. */
  public @Nullable Answer recall(W who) {
    Asker<W> asker = askers.get(who);
    return asker == null || asker.key.refresh() || answers == null
        ? null
        : answers.getIfPresent(asker.key.hash());
  }

  /**
   * Whether this asker must wait, because another one with the same key is being called, whose
   * answer it may get. If so, {@link #ended} releases it, unless it {@link #stopsWaiting}.
   */
  public boolean mustWait(W who) {
    Asker<W> asker = askers.get(who);
    if (asker == null || asker.key.refresh() || !isFull(asker)) {
      return false;
    }
    asker.same.waiting.add(asker);
    return true;
  }

  /** Whether this asker waits for the call of another one. */
  public boolean waits(W who) {
    Asker<W> asker = askers.get(who);
    return asker != null && asker.same.waiting.contains(asker);
  }

  /** Ends the wait of an asker. It is known still, and may have to wait again. */
  public void stopsWaiting(W who) {
    Asker<W> asker = askers.get(who);
    if (asker != null) {
      asker.same.waiting.remove(asker);
    }
  }

  /** Returns all who wait for the call of another one. */
  public Collection<W> waiting() {
    return sames.values().stream()
        .flatMap(same -> same.waiting.stream())
        .map(asker -> asker.who)
        .toList();
  }

  /** Records that an asker is called. */
  public void started(W who) {
    Asker<W> asker = askers.get(who);
    if (asker != null) {
      asker.same.calling.add(asker);
    }
  }

  /**
   * Records that the call of an asker has ended.
   *
   * @param answer null if it failed
   */
  public Ended<W> ended(W who, @Nullable Answer answer) {
    Asker<W> asker = askers.get(who);
    if (asker == null || !asker.isCalling() || answers == null) {
      return new Ended<>(null, List.of(), List.of());
    }
    Same<W> same = asker.same;
    same.calling.remove(asker);
    Answer kept = answer != null && isComplete(answer) ? RememberedAnswer.of(answer) : null;
    List<W> takers = new ArrayList<>();
    if (kept != null) {
      answers.put(asker.key.hash(), kept);
      for (Asker<W> other : same.all) {
        if (other != asker && !other.isCalling() && !other.key.refresh()) {
          takers.add(other.who);
        }
      }
    }
    count(same, answer, kept);
    return new Ended<>(kept, takers, release(same, kept != null));
  }

  private List<W> release(Same<W> same, boolean all) {
    List<W> released = new ArrayList<>();
    for (Iterator<Asker<W>> waiting = same.waiting.iterator(); waiting.hasNext(); ) {
      Asker<W> waiter = waiting.next();
      if (all || !isFull(waiter)) {
        released.add(waiter.who);
        waiting.remove();
      }
    }
    return released;
  }

  private void count(Same<W> same, @Nullable Answer answer, @Nullable Answer kept) {
    if (kept != null) {
      same.together = 1;
      same.failed = false;
      return;
    }
    same.inVainNanos = nanos.getAsLong();
    if (answer != null) {
      same.together = Integer.MAX_VALUE;
    } else if (same.failed && same.together < Integer.MAX_VALUE) {
      same.together++; // so it doubles when all of them fail
    }
    same.failed = true;
  }

  private boolean isFull(Asker<W> asker) {
    Same<W> same = asker.same;
    if (same.failed && nanos.getAsLong() - same.inVainNanos >= config.ttl().toNanos()) {
      same.together = 1;
      same.failed = false;
    }
    return same.calling.size() >= same.together
        && same.calling.stream().filter(other -> mayWaitFor.test(asker.who, other.who)).count()
            >= same.together;
  }

  /** Forgets an asker that has its outcome, or that is gone, unless its call is open. */
  public void left(W who) {
    Asker<W> asker = askers.get(who);
    if (asker == null || asker.isCalling()) {
      return;
    }
    askers.remove(who);
    asker.same.all.remove(asker);
    asker.same.waiting.remove(asker);
    if (asker.same.all.isEmpty()) {
      sames.remove(asker.key.hash(), asker.same);
    }
  }

  /** Returns how much memory the remembered answers take, in bytes. Safe on every thread. */
  public long bytes() {
    return answers == null
        ? 0
        : answers.policy().eviction().map(limit -> limit.weightedSize().orElse(0)).orElse(0L);
  }

  private static boolean isComplete(Answer answer) {
    return answer.choices().stream()
        .map(choice -> choice.getFinishReason())
        .allMatch(reason -> reason != null && COMPLETED.contains(reason.toLowerCase(Locale.ROOT)));
  }

  private static int weight(Answer answer) {
    long bytes = (long) IN_MEMORY * answer.body().length() + OVERHEAD;
    return (int) Math.min(Integer.MAX_VALUE, bytes);
  }
}
