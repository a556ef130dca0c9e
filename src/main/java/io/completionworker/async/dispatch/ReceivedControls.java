// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.async.codec.CodecStage;
import io.completionworker.async.loop.Loop;
import io.completionworker.async.loop.WakeUp;
import io.completionworker.completion.CompletionCall;
import io.completionworker.control.Control;
import io.completionworker.control.ControlRecord;
import io.completionworker.control.ControlRecord.Reading;
import io.completionworker.control.Controls;
import io.completionworker.control.ControlsView;
import io.completionworker.control.ControlsView.Unreadable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The controls that this instance has received: has their records decoded, and knows which hold
 * now. The newest record of an id counts, whenever it is decoded. While it is not decoded, no call
 * may start, since it could be a cancellation.
 *
 * <p>Threads: the dispatcher's loop, except {@link #view} and {@link #notReadyReasons}.
 */
final class ReceivedControls {

  private static final Logger log = LoggerFactory.getLogger(ReceivedControls.class);

  /** Longest time between two checks for controls that have ended, as the clock may be set. */
  private static final long CHECK_MILLIS = 1_000;

  private static final int MOST_REASONS = 3;

  private final Loop loop;
  private final CodecStage codec;
  private final Controls controls;
  private final Consumer<List<Control.Limit>> limits;
  private final WakeUp expiry;
  private final Map<String, Unread> unread = new TreeMap<>();
  private final Map<String, Unreadable> unreadable = new TreeMap<>();
  private List<Control.Limit> knownLimits = List.of();
  private final Consumer<List<Control>> changed;
  private boolean planned;

  /** Whether the controls that hold were applied to all flights. */
  private boolean applied = true;

  private volatile ControlsView view = ControlsView.NONE;
  private volatile List<String> notReadyReasons = List.of();

  /**
   * Creates an object that has received nothing.
   *
   * @param controls has no controls yet, and is used by no one else
   * @param limits receives all limits that hold, on the loop, whenever they have changed
   * @param changed receives, on the loop, the controls that hold whenever controls have changed or
   *     were decoded, and applies them to all flights
   */
  ReceivedControls(
      Loop loop,
      CodecStage codec,
      Controls controls,
      Consumer<List<Control.Limit>> limits,
      Consumer<List<Control>> changed) {
    this.loop = loop;
    this.codec = codec;
    this.controls = controls;
    this.limits = limits;
    this.changed = changed;
    this.expiry = new WakeUp(loop, this::expire);
  }

  /** A record that is not decoded yet. */
  private static final class Unread {
    @Nullable String why;
  }

  /** Takes the next record of the topic. */
  void take(ControlRecord record) {
    String id = record.id();
    if (record.value() == null) {
      unread.remove(id);
      unreadable.remove(id);
      controls.withdraw(id);
      change(true);
    } else {
      Unread newest = new Unread();
      unread.put(id, newest);
      codec.read(record, () -> unread.get(id) == newest, reading -> decoded(id, newest, reading));
    }
  }

  private void decoded(String id, Unread record, Reading reading) {
    if (unread.get(id) != record) {
      return; // a newer record counts
    }
    if (reading instanceof Reading.Later later) {
      record.why = later.why();
      change(false);
      return;
    }
    unread.remove(id);
    unreadable.remove(id);
    if (reading instanceof Reading.Valid valid) {
      controls.put(valid.control());
    } else if (reading instanceof Reading.Invalid invalid) {
      controls.withdraw(id);
      unreadable.put(id, new Unreadable(id, invalid.why()));
      log.warn("Control {} is ignored, since it cannot be read: {}", id, invalid.why());
    }
    change(true);
  }

  private void expire() {
    if (controls.expire(now())) {
      change(true);
    } else {
      watch();
    }
  }

  /**
   * Makes changes known soon, so that many changes are made known together.
   *
   * @param held whether it has changed which controls hold or can be read
   */
  private void change(boolean held) {
    applied &= !held;
    if (!planned) {
      planned = true;
      loop.execute(this::publish);
    }
  }

  private void publish() {
    planned = false;
    report();
    if (applied) {
      return;
    }
    controls.expire(now());
    watch();
    view = new ControlsView(controls.active(), List.copyOf(unreadable.values()));
    List<Control.Limit> held = controls.limits();
    if (!held.equals(knownLimits)) {
      knownLimits = held;
      limits.accept(held);
    }
    applied = true;
    changed.accept(view.active());
  }

  private void watch() {
    Instant next = controls.nextExpiry();
    if (next != null) {
      long left = next.toEpochMilli() - loop.millis();
      expiry.in(Math.max(0, Math.min(left, CHECK_MILLIS)) * 1_000_000);
    }
  }

  private Instant now() {
    return Instant.ofEpochMilli(loop.millis());
  }

  private void report() {
    List<String> lines = new ArrayList<>();
    unread.forEach(
        (id, record) -> {
          if (record.why != null) {
            lines.add("control " + id + " cannot be read yet: " + record.why);
          }
        });
    int more = lines.size() - MOST_REASONS;
    if (more > 0) {
      lines.subList(MOST_REASONS, lines.size()).clear();
      lines.add(more + " more controls cannot be read yet");
    }
    notReadyReasons = List.copyOf(lines);
  }

  /** Whether calls may start, since every record was decoded and applied to the flights. */
  boolean mayStart() {
    return applied && unread.isEmpty();
  }

  /** Returns the cancellation that applies to a call; null if there is none. */
  Control.@Nullable Cancel cancelling(CompletionCall call) {
    return controls.cancelling(call);
  }

  /** Returns the pause that applies to a call; null if there is none. */
  Control.@Nullable Pause pausing(CompletionCall call) {
    return controls.pausing(call);
  }

  /** Returns the controls that hold now, and the records that are no controls. Any thread. */
  ControlsView view() {
    return view;
  }

  /** Returns which records cannot be read yet, so that no call starts. Any thread. */
  List<String> notReadyReasons() {
    return notReadyReasons;
  }
}
