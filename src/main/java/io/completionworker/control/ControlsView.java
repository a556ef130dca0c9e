// SPDX-License-Identifier: Apache-2.0
package io.completionworker.control;

import java.util.List;

/**
 * The controls of an instance at one moment.
 *
 * @param active the controls that hold, by id
 * @param unreadable the records that are no valid controls, by id
 */
public record ControlsView(List<Control> active, List<Unreadable> unreadable) {

  /** No controls. */
  public static final ControlsView NONE = new ControlsView(List.of(), List.of());

  /** Copies the lists. */
  public ControlsView {
    active = List.copyOf(active);
    unreadable = List.copyOf(unreadable);
  }

  /** A record that is ignored, and what is wrong with it. */
  public record Unreadable(String id, String why) {}
}
