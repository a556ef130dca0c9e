// SPDX-License-Identifier: Apache-2.0
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
 * <p>A call after one that failed is a retry, not a repeat; so is one after a call whose answer may
 * have been given up because this machine was slow to send it. A commit is known when its outcome
 * is read, so what is taken for uncommitted is a little more than what is.
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
    private long calledAt;
    private boolean ended;
    private int allowed;
    private final List<String> story = new ArrayList<>();
  }

  @Override
  public void called(Call call) {
    if (done.get(call.request())) {
      unasked.add(call + " after its outcome, and nothing was disturbed then");
      return;
    }
    Path path = open.computeIfAbsent(call.request(), ignored -> new Path());
    path.story.add("disturbance %d: %s".formatted(disturbances, call));
    if (path.answered && call.nanos() - path.calledAt < Gateway.PATIENCE.toNanos()) {
      repeats++;
      if (--path.allowed < 0) {
        unasked.add("once too often: " + path.story);
      }
    } else if (call.answered()) {
      path.allowed = disturbing; // each of those that go on now may take its answer away
    }
    path.answered = call.answered();
    path.calledAt = call.nanos();
  }

  @Override
  public void ended(Ended outcome) {
    Path path = open.get(outcome.request());
    if (path != null) {
      path.ended = true;
      path.story.add("disturbance %d: ended".formatted(disturbances));
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
        path.story.add("disturbance %d begins".formatted(disturbances));
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
