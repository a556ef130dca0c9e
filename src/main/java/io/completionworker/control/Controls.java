// SPDX-License-Identifier: Apache-2.0
package io.completionworker.control;

import io.completionworker.completion.CompletionCall;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The controls that hold now, and what they say about a call. Changed and asked on the dispatcher's
 * thread only.
 */
public final class Controls {

  private final Function<CompletionCall, Map<String, String>> metadataOf;
  private final Map<String, Control> byId = new TreeMap<>();
  private final Selecting<Control.Cancel> cancels = new Selecting<>();
  private final Selecting<Control.Pause> pauses = new Selecting<>();

  /**
   * @param metadataOf returns the metadata that a call sends
   */
  public Controls(Function<CompletionCall, Map<String, String>> metadataOf) {
    this.metadataOf = metadataOf;
  }

  /** Adds a control, or replaces the one with the same id. */
  public void put(Control control) {
    withdraw(control.origin().id());
    byId.put(control.origin().id(), control);
    Selector.Matcher matcher = control.selector().matcher(metadataOf);
    if (control instanceof Control.Cancel cancel) {
      cancels.add(cancel, matcher, cancel.publishedBefore().toEpochMilli());
    } else if (control instanceof Control.Pause pause) {
      pauses.add(pause, matcher, Long.MAX_VALUE);
    }
  }

  /** Removes a control. Returns whether there was one with this id. */
  public boolean withdraw(String id) {
    Control control = byId.remove(id);
    if (control instanceof Control.Cancel cancel) {
      cancels.remove(cancel);
    } else if (control instanceof Control.Pause pause) {
      pauses.remove(pause);
    }
    return control != null;
  }

  /** Removes the controls that have ended by themselves. Returns whether there were any. */
  public boolean expire(Instant now) {
    List<Control> ended = byId.values().stream().filter(control -> control.expired(now)).toList();
    ended.forEach(control -> withdraw(control.origin().id()));
    return !ended.isEmpty();
  }

  /** Returns when the next control ends by itself; null if none does. */
  public @Nullable Instant nextExpiry() {
    return byId.values().stream()
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
    return byId.values().stream()
        .filter(Control.Limit.class::isInstance)
        .map(Control.Limit.class::cast)
        .toList();
  }

  /** Returns all controls that hold now, by id. */
  public List<Control> active() {
    return List.copyOf(byId.values());
  }

  /**
   * Controls of one kind. Those of a single request are found by its id, since there may be many.
   */
  private static final class Selecting<C extends Control> {

    private final Map<String, Map<String, Entry<C>>> byRequest = new HashMap<>();
    private final Map<String, Entry<C>> others = new TreeMap<>();

    private record Entry<C>(C control, Selector.Matcher matcher, long publishedBefore) {

      boolean appliesTo(CompletionCall call) {
        return call.source().timestamp() < publishedBefore && matcher.matches(call);
      }
    }

    void add(C control, Selector.Matcher matcher, long publishedBefore) {
      String request = control.selector().requestId();
      Map<String, Entry<C>> like =
          request == null ? others : byRequest.computeIfAbsent(request, id -> new TreeMap<>());
      like.put(control.origin().id(), new Entry<>(control, matcher, publishedBefore));
    }

    void remove(C control) {
      String request = control.selector().requestId();
      String id = control.origin().id();
      if (request == null) {
        others.remove(id);
      } else {
        byRequest.computeIfPresent(
            request,
            (asked, like) -> {
              like.remove(id);
              return like.isEmpty() ? null : like;
            });
      }
    }

    @Nullable C first(CompletionCall call) {
      C found = byRequest.isEmpty() ? null : first(byRequest.get(call.requestId()), call);
      return found == null ? first(others, call) : found;
    }

    private static <C> @Nullable C first(
        @Nullable Map<String, Entry<C>> entries, CompletionCall call) {
      if (entries == null || entries.isEmpty()) {
        return null; // as nearly always, for each record
      }
      for (Entry<C> entry : entries.values()) {
        if (entry.appliesTo(call)) {
          return entry.control();
        }
      }
      return null;
    }
  }
}
