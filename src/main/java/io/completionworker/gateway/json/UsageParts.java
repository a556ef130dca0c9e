// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.json;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Counts in which each part is in its whole.
 *
 * <p>With some providers tokens that were read from the cache, tokens that were written to it or
 * reasoning tokens are no part of the prompt and the completion. Nothing says so, but a total tells
 * it: it is the sum of all that stands apart. So of the eight ways to read the counts, the one that
 * the total agrees with is taken, and of several the one that is closest to what the names suggest.
 * Where it agrees with none, names decide; and a part that is greater than its whole stands apart
 * in any case.
 *
 * @param prompt with the tokens read from and written to the cache
 * @param completion with reasoning
 * @param total as reported, or the sum of both where that leaves a part out
 * @param written without those that were also read
 * @param explained whether the counts agree with each other as they are named
 */
record UsageParts(long prompt, long completion, long total, long written, boolean explained) {

  private static final int CACHED_APART = 1;
  private static final int WRITTEN_APART = 2;
  private static final int REASONING_APART = 4;
  private static final int WAYS = 8;

  /** The parts of a usage object. */
  static UsageParts of(UsageNames names) {
    int usual =
        (names.cacheIsApart() ? CACHED_APART | WRITTEN_APART : 0)
            | (names.reasoningIsApart() ? REASONING_APART : 0);
    return of(Named.of(names, usual), usual);
  }

  private static UsageParts of(Named named, int usual) {
    List<Integer> ways =
        IntStream.range(0, WAYS)
            .boxed()
            .filter(named::fits)
            .sorted(Comparator.comparingInt(way -> Integer.bitCount(way ^ usual)))
            .toList();
    return ways.stream()
        .filter(named::agrees)
        .findFirst()
        .map(way -> new UsageParts(named, way, true))
        .orElseGet(() -> unexplained(named, usual, ways.get(0)));
  }

  private UsageParts(Named named, int way, boolean explained) {
    this(
        named.promptOf(way), named.completionOf(way), named.totalOf(way), named.written, explained);
  }

  private static UsageParts unexplained(Named named, int usual, int closest) {
    if (named.overlaps(usual)) {
      return of(named.withoutOverlap(), usual).unexplained();
    }
    UsageParts parts = new UsageParts(named, closest, named.total == null && closest == usual);
    long nameless = parts.total - parts.prompt - parts.completion;
    return nameless > 0 ? parts.with(nameless, apart(closest, CACHED_APART), named) : parts;
  }

  private UsageParts unexplained() {
    return new UsageParts(prompt, completion, total, written, false);
  }

  /**
   * The same with tokens that are in the total alone: of the prompt where it excludes those of the
   * cache, since then those that were written are likely to be missing; of the completion where
   * that has no count of its own. Else they belong to none.
   */
  private UsageParts with(long nameless, boolean cacheIsApart, Named named) {
    if (cacheIsApart) {
      return new UsageParts(prompt + nameless, completion, total, written, false);
    }
    return named.completionIsKnown
        ? this
        : new UsageParts(prompt, completion + nameless, total, written, false);
  }

  private static boolean apart(int way, int part) {
    return (way & part) != 0;
  }

  /** What the names say, before it is known how they belong together. */
  private record Named(
      long prompt,
      long completion,
      boolean completionIsKnown,
      @Nullable Long total,
      long cached,
      long written,
      long reasoning,
      boolean reasoningIsDetail) {

    static Named of(UsageNames names, int usual) {
      Long prompt = names.prompt();
      Long completion = names.completion();
      Long told = names.total();
      Long total = told == null || told == 0 ? null : told;
      long reasoning = orZero(names.reasoning());
      long out = orZero(completion) + (apart(usual, REASONING_APART) ? reasoning : 0);
      return new Named(
          prompt == null ? Math.max(0, orZero(total) - out) : prompt + orZero(names.toolPrompt()),
          orZero(completion),
          completion != null,
          total,
          orZero(names.cached()),
          orZero(names.written()),
          reasoning,
          names.reasoningIsDetail());
    }

    long promptOf(int way) {
      return prompt
          + (apart(way, CACHED_APART) ? cached : 0)
          + (apart(way, WRITTEN_APART) ? written : 0);
    }

    long completionOf(int way) {
      return completion + (apart(way, REASONING_APART) ? reasoning : 0);
    }

    /** A total that forgets what stands apart is none; one that is wrong is kept. */
    long totalOf(int way) {
      long sum = sumOf(way);
      return total == null || (total < sum && sum > prompt + completion) ? sum : total;
    }

    private long sumOf(int way) {
      return promptOf(way) + completionOf(way);
    }

    boolean agrees(int way) {
      return total != null && sumOf(way) == total;
    }

    /**
     * Whether the parts have room in their wholes. Reasoning may be counted by another tokenizer
     * than the completion whose detail it is, so there a total counts for more.
     */
    boolean fits(int way) {
      long in = prompt - promptOf(way) + cached + written;
      return in <= prompt
          && (apart(way, REASONING_APART)
              || reasoning <= completion
              || (reasoningIsDetail && agrees(way)));
    }

    /**
     * Whether tokens that were written are counted from the beginning of the prompt, those that
     * were read among them: both are in a prompt that has no room for their sum.
     */
    boolean overlaps(int usual) {
      return !apart(usual, WRITTEN_APART)
          && total != null
          && total == prompt + completion
          && Math.max(cached, written) <= prompt
          && cached + written > prompt;
    }

    Named withoutOverlap() {
      return new Named(
          prompt,
          completion,
          completionIsKnown,
          total,
          cached,
          written > cached ? written - cached : prompt - cached,
          reasoning,
          reasoningIsDetail);
    }

    private static long orZero(@Nullable Long count) {
      return count == null ? 0 : count;
    }
  }
}
