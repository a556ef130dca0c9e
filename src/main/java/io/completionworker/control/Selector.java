// SPDX-License-Identifier: Apache-2.0
package io.completionworker.control;

import io.completionworker.completion.BatchRequestId;
import io.completionworker.completion.Fingerprint;
import io.completionworker.config.Budget;
import io.completionworker.config.Glob;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Selects requests. A request has to agree with every part that is set; without any part, it
 * selects all requests.
 *
 * @param virtualKey pattern in which {@code *} stands for any characters
 * @param model pattern, likewise
 * @param metadata values that the metadata of a request must have; empty for any
 */
public record Selector(
    @Nullable String requestId,
    @Nullable String batchId,
    @Nullable String traceId,
    @Nullable String endUser,
    @Nullable String virtualKey,
    @Nullable String model,
    Map<String, String> metadata) {

  private static final int HASH_BYTES = 8;

  /** Selects every request. */
  public static final Selector ALL = new Selector(null, null, null, null, null, null, Map.of());

  /** Copies the map. */
  public Selector {
    metadata = Map.copyOf(metadata);
  }

  /** Returns the selector of the requests that a budget counts. */
  public static Selector of(Budget.Scope scope) {
    return new Selector(
        null,
        scope.batch(),
        null,
        scope.user(),
        scope.virtualKey(),
        scope.model(),
        scope.metadata());
  }

  /** What a selector looks at. A part is null if a request lacks it, or if it is not known. */
  public interface Facts {

    String requestId();

    @Nullable String traceId();

    @Nullable String endUser();

    @Nullable String virtualKey();

    @Nullable String model();

    /** Returns the metadata that the request sends. Asked only if the answer depends on it. */
    Map<String, String> metadata();

    /** Returns the timestamp of the record of the request, in milliseconds since 1970. */
    long published();
  }

  /**
   * Returns a test for requests, with the patterns parsed.
   *
   * @param publishedBefore only requests whose records have an earlier timestamp are selected
   */
  public Matcher matcher(long publishedBefore) {
    return new Matcher(this, publishedBefore);
  }

  /** Returns the parts that are set, as text: {@code batch b-7, model gpt-*}. */
  public String text() {
    return text(virtualKey);
  }

  /**
   * Returns the parts that are set, for pages and logs. A virtual key is a secret, and a pattern of
   * virtual keys may contain one, so its hash stands for it, as it does where limits are shown.
   */
  public String shown() {
    String key = virtualKey;
    if (key == null || key.equals("*")) {
      return text(key);
    }
    return text((key.contains("*") ? "pattern " : "") + Fingerprint.of(key, HASH_BYTES));
  }

  /** Returns the same as {@link #shown}. */
  @Override
  public String toString() {
    return shown();
  }

  private String text(@Nullable String virtualKey) {
    List<String> parts = new ArrayList<>();
    add(parts, "request", requestId);
    add(parts, "batch", batchId);
    add(parts, "trace", traceId);
    add(parts, "user", endUser);
    add(parts, "virtual key", virtualKey);
    add(parts, "model", model);
    metadata.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> parts.add("metadata " + entry.getKey() + "=" + entry.getValue()));
    return parts.isEmpty() ? "everything" : String.join(", ", parts);
  }

  private static void add(List<String> parts, String name, @Nullable String value) {
    if (value != null) {
      parts.add(name + " " + value);
    }
  }

  /** Tests whether requests are selected. Immutable. */
  public static final class Matcher {

    private final Selector selector;
    private final long publishedBefore;
    private final @Nullable Glob virtualKey;
    private final @Nullable Glob model;

    /** How the request ids of the batch begin; null for any request. */
    private final @Nullable String batch;

    private Matcher(Selector selector, long publishedBefore) {
      this.selector = selector;
      this.publishedBefore = publishedBefore;
      this.virtualKey = glob(selector.virtualKey);
      this.model = glob(selector.model);
      this.batch = selector.batchId == null ? null : BatchRequestId.PREFIX + selector.batchId + ":";
    }

    /** Whether a request is selected. */
    public boolean matches(Facts request) {
      return request.published() < publishedBefore
          && is(selector.requestId, request.requestId())
          && is(selector.traceId, request.traceId())
          && is(selector.endUser, request.endUser())
          && like(virtualKey, request.virtualKey())
          && like(model, request.model())
          && isOfBatch(request.requestId())
          && (selector.metadata.isEmpty()
              || request.metadata().entrySet().containsAll(selector.metadata.entrySet()));
    }

    private boolean isOfBatch(String requestId) {
      return batch == null
          || (requestId.startsWith(batch)
              && BatchRequestId.parse(requestId)
                  .filter(id -> id.batch().equals(selector.batchId))
                  .isPresent());
    }

    private static @Nullable Glob glob(@Nullable String pattern) {
      return pattern == null ? null : new Glob(pattern);
    }

    private static boolean is(@Nullable String wanted, @Nullable String found) {
      return wanted == null || wanted.equals(found);
    }

    private static boolean like(@Nullable Glob pattern, @Nullable String found) {
      return pattern == null || (found != null && pattern.matches(found));
    }
  }
}
