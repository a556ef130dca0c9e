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
    if (control instanceof Control.Cancel cancel) {
      cancels.add(cancel);
    } else if (control instanceof Control.Pause pause) {
      pauses.add(pause);
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
    return cancels.first(call, metadataOf);
  }

  /** Returns the pause that applies to a call; null if there is none. */
  public Control.@Nullable Pause pausing(CompletionCall call) {
    return pauses.first(call, metadataOf);
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

    private record Entry<C>(C control, Selector.Matcher matcher) {}

    void add(C control) {
      String request = control.selector().requestId();
      Map<String, Entry<C>> like =
          request == null ? others : byRequest.computeIfAbsent(request, id -> new TreeMap<>());
      like.put(control.origin().id(), new Entry<>(control, control.matcher()));
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

    @Nullable C first(
        CompletionCall call, Function<CompletionCall, Map<String, String>> metadataOf) {
      if (byRequest.isEmpty() && others.isEmpty()) {
        return null; // as nearly always, for each record
      }
      Selector.Facts facts = new CallFacts(call, metadataOf);
      C found = first(byRequest.getOrDefault(call.requestId(), Map.of()), facts);
      return found == null ? first(others, facts) : found;
    }

    private static <C> @Nullable C first(Map<String, Entry<C>> entries, Selector.Facts request) {
      for (Entry<C> entry : entries.values()) {
        if (entry.matcher().matches(request)) {
          return entry.control();
        }
      }
      return null;
    }
  }

  /** What controls select a call by. */
  public record CallFacts(
      CompletionCall call, Function<CompletionCall, Map<String, String>> metadataOf)
      implements Selector.Facts {

    @Override
    public String requestId() {
      return call.requestId();
    }

    @Override
    public @Nullable String traceId() {
      return call.trace().traceId();
    }

    @Override
    public @Nullable String endUser() {
      return call.request().getUser();
    }

    @Override
    public @Nullable String virtualKey() {
      return call.scope().virtualKey();
    }

    @Override
    public @Nullable String model() {
      return call.scope().model();
    }

    @Override
    public Map<String, String> metadata() {
      return metadataOf.apply(call);
    }

    @Override
    public long published() {
      return call.source().timestamp();
    }
  }
}
