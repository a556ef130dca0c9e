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

  /** What the names say, before it is known how they belong together. */
  private record Named(
      long prompt,
      long completion,
      @Nullable Long total,
      long cached,
      long written,
      long reasoning) {

    private long promptOf(int way) {
      return prompt
          + (apart(way, CACHED_APART) ? cached : 0)
          + (apart(way, WRITTEN_APART) ? written : 0);
    }

    private long completionOf(int way) {
      return completion + (apart(way, REASONING_APART) ? reasoning : 0);
    }

    private long sumOf(int way) {
      return promptOf(way) + completionOf(way);
    }

    private boolean fits(int way) {
      long in = (apart(way, CACHED_APART) ? 0 : cached) + (apart(way, WRITTEN_APART) ? 0 : written);
      return in <= prompt && (apart(way, REASONING_APART) || reasoning <= completion);
    }

    private boolean agrees(int way) {
      return total != null && sumOf(way) == total;
    }

    /**
     * The same when tokens that were written are counted from the beginning of the prompt, those
     * that were read among them: both are in a prompt that has no room for their sum.
     */
    private Named withoutOverlap(int usual) {
      boolean overlap =
          !apart(usual, WRITTEN_APART)
              && total != null
              && total == prompt + completion
              && Math.max(cached, written) <= prompt
              && cached + written > prompt;
      long others = written > cached ? written - cached : prompt - cached;
      return overlap ? new Named(prompt, completion, total, cached, others, reasoning) : this;
    }

    private static boolean apart(int way, int part) {
      return (way & part) != 0;
    }
  }

  static UsageParts of(UsageNames names) {
    int usual =
        (names.cacheIsApart() ? CACHED_APART | WRITTEN_APART : 0)
            | (names.reasoningIsApart() ? REASONING_APART : 0);
    Named named = named(names, usual);
    List<Integer> ways =
        IntStream.range(0, WAYS)
            .boxed()
            .filter(named::fits)
            .sorted(Comparator.comparingInt(way -> Integer.bitCount(way ^ usual)))
            .toList();
    return ways.stream()
        .filter(named::agrees)
        .findFirst()
        .map(way -> of(named, way, true))
        .orElseGet(() -> unexplained(named, usual, ways.get(0)));
  }

  private static UsageParts unexplained(Named named, int usual, int closest) {
    Named disjoint = named.withoutOverlap(usual);
    boolean nothingToExplain = named.total == null && closest == usual;
    return disjoint.fits(usual)
        ? of(disjoint, usual, nothingToExplain)
        : of(disjoint, closest, nothingToExplain);
  }

  private static UsageParts of(Named named, int way, boolean explained) {
    long sum = named.sumOf(way);
    Long total = named.total;
    boolean whole = total != null && (total >= sum || sum == named.prompt + named.completion);
    return new UsageParts(
        named.promptOf(way),
        named.completionOf(way),
        whole ? total : sum,
        named.written,
        explained);
  }

  private static Named named(UsageNames names, int usual) {
    Long prompt = names.prompt();
    Long total = names.total() == null || names.total() == 0 ? null : names.total();
    long completion = orZero(names.completion());
    long tools = orZero(names.toolPrompt());
    long reasoning = orZero(names.reasoning());
    long out = (usual & REASONING_APART) == 0 ? completion : completion + reasoning;
    long left = total == null ? 0 : total - out;
    return new Named(
        prompt == null ? Math.max(0, left) : prompt + tools,
        completion,
        total,
        orZero(names.cached()),
        orZero(names.written()),
        reasoning);
  }

  private static long orZero(@Nullable Long count) {
    return count == null ? 0 : count;
  }
}
