package io.completionworker.guarantee;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A call that was answered is repeated only for what was in flight or answered since the last
 * commit when something went wrong, once for each time that it did. What has a committed outcome is
 * never called again.
 *
 * <p>A call after one that failed is a retry, not a repeat. A commit is known when its outcome is
 * read, so what is taken for uncommitted is a little more than what is.
 */
final class RepeatsBounded implements Guarantee {

  private final Map<Integer, Path> open = new HashMap<>();
  private final BitSet done = new BitSet();
  private final List<String> unasked = new ArrayList<>();
  private int disturbances;
  private int disturbing;
  private long allowed;
  private long repeats;

  /** A request between its first call and its outcome, or the end of what disturbs it. */
  private static final class Path {
    private boolean answered;
    private boolean ended;
    private int allowed;
  }

  @Override
  public void called(int request, boolean answered, long nanos) {
    if (done.get(request)) {
      unasked.add(request + " after its outcome, and nothing was disturbed then");
      return;
    }
    Path path = open.computeIfAbsent(request, ignored -> new Path());
    if (path.answered) {
      repeats++;
      if (--path.allowed < 0) {
        unasked.add(request + " once too often, in disturbance " + disturbances);
      }
    } else if (answered) {
      path.allowed = disturbing; // each of those that go on now may take its answer away
    }
    path.answered = answered;
  }

  @Override
  public void ended(Ended outcome) {
    Path path = open.get(outcome.request());
    if (path != null) {
      path.ended = true;
    }
    forgetEnded();
  }

  @Override
  public void disturbed() {
    disturbances++;
    disturbing++;
    for (Path path : open.values()) {
      if (path.answered && !path.ended) {
        path.allowed++;
        allowed++;
      }
    }
  }

  @Override
  public void settled() {
    disturbing = 0;
    forgetEnded();
  }

  private void forgetEnded() {
    if (disturbing == 0) {
      open.forEach(
          (request, path) -> {
            if (path.ended) {
              done.set(request);
            }
          });
      open.values().removeIf(path -> path.ended);
    }
  }

  @Override
  public void check() {
    assertThat(unasked).as("calls repeated for no reason").isEmpty();
  }

  @Override
  public String toString() {
    return "%d answered calls repeated in %d disturbances; %d were uncommitted when they began"
        .formatted(repeats, disturbances, allowed);
  }
}
