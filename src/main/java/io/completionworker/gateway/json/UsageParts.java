// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.json;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Token counts in which each whole includes its parts.
 *
 * <p>Some providers exclude the tokens read from the cache, the tokens written to it or the
 * reasoning tokens from the prompt and the completion. No member says so, but the total shows it,
 * because it is the sum of all separate counts. There are eight ways to read the counts. The one
 * that matches the total is used, and if several match, the one that is closest to what the names
 * suggest. If none matches, the names decide. A part that is greater than its whole is separate in
 * any case.
 *
 * @param prompt prompt tokens, including the tokens read from and written to the cache
 * @param completion completion tokens, including reasoning
 * @param total the total as reported, or the sum of both if the reported total leaves out a part
 * @param written tokens written to the cache, without those that were also read
 * @param explained whether the counts, read in one of these ways, agree with each other
 */
record UsageParts(long prompt, long completion, long total, long written, boolean explained) {

  private static final int CACHED_APART = 1;
  private static final int WRITTEN_APART = 2;
  private static final int REASONING_APART = 4;
  private static final int WAYS = 8;

  /** Returns the counts of a usage object. */
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
   * Adds tokens that only the total contains. If the prompt excludes the tokens of the cache, they
   * are added to the prompt, since the written tokens are probably missing. If the completion has
   * no count of its own, they are added to the completion. Otherwise they belong to neither.
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

  /** The counts as they are named, before it is known which includes which. */
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

    /**
     * Returns the total. A total that leaves out a separate part is replaced by the sum. A total
     * that is wrong for another reason is kept.
     */
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
     * Whether the parts are not greater than their wholes. Reasoning that is a detail of the
     * completion may be counted by another tokenizer, so a matching total outweighs that rule.
     */
    boolean fits(int way) {
      long in = prompt - promptOf(way) + cached + written;
      return in <= prompt
          && (apart(way, REASONING_APART)
              || reasoning <= completion
              || (reasoningIsDetail && agrees(way)));
    }

    /**
     * Whether the written tokens are counted from the beginning of the prompt, so that they include
     * the tokens read. Each of the two counts then fits into the prompt, but their sum does not.
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
