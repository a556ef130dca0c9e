// SPDX-License-Identifier: Apache-2.0
package io.completionworker.control;

import io.completionworker.completion.CompletionCall;
import java.time.Instant;
import java.util.ArrayList;
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
  private List<Control.Cancel> cancels = List.of();
  private List<Control.Pause> pauses = List.of();
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

  /** Removes a control; does nothing if there is none with this id. */
  public void withdraw(String id) {
    if (byId.remove(id) != null) {
      sort();
    }
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
    for (Control.Cancel cancel : cancels) {
      if (call.source().timestamp() < cancel.publishedBefore().toEpochMilli()
          && cancel.selector().matches(call, metadataOf)) {
        return cancel;
      }
    }
    return null;
  }

  /** Returns the pause that applies to a call; null if there is none. */
  public Control.@Nullable Pause pausing(CompletionCall call) {
    for (Control.Pause pause : pauses) {
      if (pause.selector().matches(call, metadataOf)) {
        return pause;
      }
    }
    return null;
  }

  /** Returns all controls that hold now, by id. Safe on every thread. */
  public List<Control> active() {
    return active;
  }

  private void sort() {
    List<Control.Cancel> cancelling = new ArrayList<>();
    List<Control.Pause> pausing = new ArrayList<>();
    for (Control control : byId.values()) {
      if (control instanceof Control.Cancel cancel) {
        cancelling.add(cancel);
      } else if (control instanceof Control.Pause pause) {
        pausing.add(pause);
      }
    }
    cancels = List.copyOf(cancelling);
    pauses = List.copyOf(pausing);
    active = List.copyOf(byId.values());
  }
}
