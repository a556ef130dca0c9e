// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.limits;

import io.completionworker.demo.endpoint.limit.ProviderLimits;
import io.completionworker.demo.endpoint.limit.WindowCount;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much of what the endpoint permitted was done between two moments.
 *
 * <p>For each window of the endpoint that lies between them, or of which a part does:
 *
 * <ul>
 *   <li>permitted are its limits; of the first and the last window, the part of the limits that is
 *       the part of the window;
 *   <li>done are the requests that were admitted, as a share of those permitted, and the tokens
 *       that were charged for them, as a share of those permitted; the higher of the two shares
 *       counts, since that limit is the one that binds;
 *   <li>more than was permitted, which a part of a window can have, counts as all of it and makes
 *       up for nothing.
 * </ul>
 *
 * The whole is the mean of the windows' shares, each by its length. A window without a call counts
 * with nothing done.
 */
record PermittedWork(List<Part> parts) {

  /**
   * One window, or a part of it.
   *
   * @param covered part of the window that counts, 0 to 1
   * @param share of what was permitted in it, 0 to 1
   */
  record Part(WindowCount count, double covered, double share) {}

  /**
   * Works it out.
   *
   * @param windows of all calls together
   * @param from milliseconds since the epoch
   * @param to milliseconds since the epoch; no call came later
   */
  static PermittedWork of(ProviderLimits limits, List<WindowCount> windows, long from, long to) {
    long millis = limits.window().toMillis();
    List<Part> parts = new ArrayList<>();
    for (long start = Math.floorDiv(from, millis) * millis; start < to; start += millis) {
      double covered =
          (double) (Math.min(to, start + millis) - Math.max(from, start)) / (double) millis;
      WindowCount count = find(windows, start, millis);
      double requests = share(count.admitted(), limits.requests(), covered);
      double tokens = share(count.tokens(), limits.tokens(), covered);
      parts.add(new Part(count, covered, Math.min(1, Math.max(requests, tokens))));
    }
    return new PermittedWork(List.copyOf(parts));
  }

  /** Of all, 0 to 1. */
  double share() {
    double permitted = parts.stream().mapToDouble(Part::covered).sum();
    double done = parts.stream().mapToDouble(part -> part.share * part.covered).sum();
    return permitted == 0 ? 0 : done / permitted;
  }

  private static WindowCount find(List<WindowCount> windows, long start, long millis) {
    return windows.stream()
        .filter(window -> window.start() == start)
        .findFirst()
        .orElseGet(() -> new WindowCount(start, millis, "", 0, 0, 0, 0, 0));
  }

  private static double share(long done, @Nullable Number limit, double covered) {
    return limit == null ? 0 : done / (limit.doubleValue() * covered);
  }
}
