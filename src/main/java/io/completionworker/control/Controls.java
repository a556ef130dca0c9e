// SPDX-License-Identifier: Apache-2.0
package io.completionworker.control;

import io.completionworker.completion.CompletionCall;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The controls that hold now, and what they say about a call.
 *
 * <p>Changed and asked on the dispatcher's thread only, apart from {@link #active}.
 */
public final class Controls {

  private final Function<CompletionCall, Map<String, String>> metadataOf;
  private final Map<String, Control> byId = new TreeMap<>();
  private Selecting<Control.Cancel> cancels = new Selecting<>();
  private Selecting<Control.Pause> pauses = new Selecting<>();
  private volatile List<Control> active = List.of();

  /**
   * @param metadataOf returns the metadata that a call sends
   */
  public Controls(Function<CompletionCall, Map<String, String>> metadataOf) {
    this.metadataOf = metadataOf;
  }

  /** Adds a control, or replaces the one with the same id. */
  public void put(Control control) {
    byId.put(control.origin().id(), control);
    sort();
  }

  /** Removes a control. Returns whether there was one with this id. */
  public boolean withdraw(String id) {
    boolean known = byId.remove(id) != null;
    if (known) {
      sort();
    }
    return known;
  }

  /** Removes the controls that have ended by themselves. Returns whether there were any. */
  public boolean expire(Instant now) {
    boolean ended = byId.values().removeIf(control -> control.expired(now));
    if (ended) {
      sort();
    }
    return ended;
  }

  /** Returns when the next control ends by itself; null if none does. */
  public @Nullable Instant nextExpiry() {
    return active.stream()
        .map(control -> control.origin().expiresAt())
        .filter(at -> at != null)
        .min(Instant::compareTo)
        .orElse(null);
  }

  /** Returns the cancellation that applies to a call; null if there is none. */
  public Control.@Nullable Cancel cancelling(CompletionCall call) {
    return cancels.first(call);
  }

  /** Returns the pause that applies to a call; null if there is none. */
  public Control.@Nullable Pause pausing(CompletionCall call) {
    return pauses.first(call);
  }

  /** Returns the limits that hold now, by id. */
  public List<Control.Limit> limits() {
    return active.stream()
        .filter(Control.Limit.class::isInstance)
        .map(Control.Limit.class::cast)
        .toList();
  }

  /** Returns all controls that hold now, by id. Safe on every thread. */
  public List<Control> active() {
    return active;
  }

  private void sort() {
    Selecting<Control.Cancel> cancelling = new Selecting<>();
    Selecting<Control.Pause> pausing = new Selecting<>();
    for (Control control : byId.values()) {
      Selector.Matcher matcher = control.selector().matcher(metadataOf);
      if (control instanceof Control.Cancel cancel) {
        cancelling.add(cancel, matcher, cancel.publishedBefore().toEpochMilli());
      } else if (control instanceof Control.Pause pause) {
        pausing.add(pause, matcher, Long.MAX_VALUE);
      }
    }
    cancels = cancelling;
    pauses = pausing;
    active = List.copyOf(byId.values());
  }

  /**
   * Controls of one kind. Those of a single request are found by its id, since there may be many.
   */
  private static final class Selecting<C extends Control> {

    private final Map<String, List<Entry<C>>> byRequest = new HashMap<>();
    private final List<Entry<C>> others = new ArrayList<>();

    private record Entry<C>(C control, Selector.Matcher matcher, long publishedBefore) {

      boolean appliesTo(CompletionCall call) {
        return call.source().timestamp() < publishedBefore && matcher.matches(call);
      }
    }

    void add(C control, Selector.Matcher matcher, long publishedBefore) {
      String request = control.selector().requestId();
      List<Entry<C>> like =
          request == null ? others : byRequest.computeIfAbsent(request, id -> new ArrayList<>());
      like.add(new Entry<>(control, matcher, publishedBefore));
    }

    @Nullable C first(CompletionCall call) {
      C found = byRequest.isEmpty() ? null : first(byRequest.get(call.requestId()), call);
      return found == null ? first(others, call) : found;
    }

    private static <C> @Nullable C first(@Nullable List<Entry<C>> entries, CompletionCall call) {
      for (int i = 0; entries != null && i < entries.size(); i++) { // no iterator for each record
        if (entries.get(i).appliesTo(call)) {
          return entries.get(i).control();
        }
      }
      return null;
    }
  }
}
