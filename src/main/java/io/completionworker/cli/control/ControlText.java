// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.control;

import io.completionworker.completion.Fingerprint;
import io.completionworker.completion.PrintableText;
import io.completionworker.config.Budget;
import io.completionworker.config.Limits;
import io.completionworker.control.Control;
import io.completionworker.control.Selector;
import java.time.Instant;
import java.util.Locale;

/** Says in words what a control does, what was done with it, and how that is undone. */
public final class ControlText {

  private static final String COMMAND = "`completion-worker ";

  private ControlText() {}

  /** Returns what a selector selects, without virtual keys. */
  public static String selected(Selector selector) {
    return PrintableText.of(selector.shown());
  }

  /** Returns the id of a control that is made by a command: the same selector gives the same id. */
  public static String id(String kind, Selector selector) {
    return kind + "-" + Fingerprint.of(selector.text(), 6);
  }

  /** Returns what a control applies to and what it changes, for the column of a table. */
  static String what(Control control) {
    String selected = selected(control.selector());
    if (control instanceof Control.Cancel cancel) {
      return selected + "; published before " + cancel.publishedBefore();
    }
    if (control instanceof Control.Allowance allowance) {
      return selected + "; budget " + budget(allowance.budget());
    }
    return control instanceof Control.Limit limit
        ? selected + "; " + limits(limit.limits())
        : selected;
  }

  /**
   * Returns the line for a control that was written.
   *
   * @param dryRun whether it was not written, but would have been
   */
  public static String made(Control control, boolean dryRun) {
    String id = control.origin().id();
    String until =
        control.origin().expiresAt() == null ? "" : ", until " + control.origin().expiresAt();
    Control.Kind kind = control.kind();
    String done = dryRun ? "Would " + kind.name().toLowerCase(Locale.ROOT) : kind.done();
    String text = done + " " + effect(control);
    return PrintableText.of(
        text + until + " (control " + id + ")" + (dryRun ? "" : ". " + undo(control)));
  }

  private static String effect(Control control) {
    String selected = selected(control.selector());
    if (control instanceof Control.Cancel cancel) {
      return selected
          + ": requests published before "
          + cancel.publishedBefore()
          + " end without an answer, unless they have one";
    }
    if (control instanceof Control.Allowance allowance) {
      return selected + ": budget " + budget(allowance.budget());
    }
    return control instanceof Control.Limit limit
        ? selected + ": " + limits(limit.limits()) + ", and no other limit"
        : selected + ": no call starts, and open calls go on";
  }

  private static String undo(Control control) {
    String id = control.origin().id();
    return control instanceof Control.Pause
        ? "To go on: " + COMMAND + "control resume --id " + id + "`"
        : "Undo: " + COMMAND + "control withdraw " + id + "`";
  }

  /** Returns the line for a control that was withdrawn. */
  public static String withdrawn(ControlTopic.Entry entry) {
    return PrintableText.of(withdrawnText(entry));
  }

  private static String withdrawnText(ControlTopic.Entry entry) {
    String begin = "Withdrew " + entry.id();
    Control control = entry.control();
    if (control == null) {
      return begin + ", which could not be read as a control";
    }
    if (control.expired(Instant.now())) {
      return begin + ", which ended at " + control.origin().expiresAt();
    }
    begin += " (" + selected(control.selector()) + ")";
    if (control instanceof Control.Cancel) {
      String batch = control.selector().batchId();
      return begin
          + ": requests without an outcome are called. Those that it has ended stay ended; send them"
          + " again with "
          + COMMAND
          + "redrive --reason CANCELLED"
          + (batch == null ? "" : " --batch " + batch)
          + "`";
    }
    if (control instanceof Control.Allowance allowance) {
      return begin + ": the configured budget " + allowance.budget().name() + " holds, if any";
    }
    return control instanceof Control.Pause
        ? begin + ": calls start again"
        : begin + ": the configured limits hold again";
  }

  /** Returns a budget as text: {@code nightly, 10 a day, then hold}. */
  private static String budget(Budget budget) {
    return budget.name() + ", " + budget.terms("") + ", then " + Budget.text(budget.action());
  }

  /** Returns the limits that are set, as text: {@code 100 requests a minute, 5 calls at once}. */
  static String limits(Limits limits) {
    return limits.text((name, number) -> number + " " + unit(name));
  }

  private static String unit(String limit) {
    return limit.equals(Limits.MAX_IN_FLIGHT)
        ? "calls at once"
        : limit.replace(".per.", " a ").replace('.', ' ');
  }
}
