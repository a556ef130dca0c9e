// SPDX-License-Identifier: Apache-2.0
package io.completionworker.management.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.completion.CutText;
import io.completionworker.control.Control;
import io.completionworker.control.ControlsView;
import io.completionworker.control.budget.BudgetState;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The controls of a worker in a form for people, for the page and for health. It contains no
 * secrets. Immutable.
 *
 * @param entries the controls that cannot be read, then pauses, limits, budgets and cancellations,
 *     the newest of each first
 * @param more the number of controls that are left out, because a longer list would not be read
 */
public record ControlReport(List<Entry> entries, int more) {

  /** No controls. */
  public static final ControlReport NONE = new ControlReport(List.of(), 0);

  /** The longest list. */
  static final int MOST = 20;

  private static final int LONGEST_TEXT = 200;

  /** Copies the list. */
  public ControlReport {
    entries = List.copyOf(entries);
  }

  /** The kinds of entries, in the order in which they are shown. */
  public enum Kind {
    /** A record that cannot be read as a control, and so has no effect. */
    UNREADABLE("unreadable"),
    PAUSE("pause"),
    LIMIT("limit"),
    BUDGET("budget"),
    CANCEL("cancel");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    /** Returns the kind of a control that was read. */
    public static Kind of(Control control) {
      return switch (control.kind()) {
        case CANCEL -> CANCEL;
        case PAUSE -> PAUSE;
        case LIMIT -> LIMIT;
        case BUDGET -> BUDGET;
      };
    }

    /** Returns the name in JSON and in meters. */
    public String text() {
      return text;
    }
  }

  /**
   * One control.
   *
   * @param id key of its record
   * @param what which requests or limit scopes it selects; empty if it cannot be read
   * @param detail what else it says, such as the limits; may be empty
   * @param by who made it; may be empty
   * @param why the reason that was given; may be empty
   * @param since when it was made; null if it cannot be read
   * @param until when it ends by itself; null for never
   * @param waiting the number of requests on this instance that wait because of it
   * @param fault why it has no effect; empty if it has one
   */
  public record Entry(
      Kind kind,
      String id,
      String what,
      String detail,
      String by,
      String why,
      @Nullable Instant since,
      @Nullable Instant until,
      int waiting,
      String fault) {}

  /**
   * Makes a report.
   *
   * @param controls the controls that hold, and the records that cannot be read as controls
   * @param paused the number of requests that each pause keeps waiting, by id, and each budget, by
   *     name
   * @param withoutEffect why limits have no effect, by id
   */
  public static ControlReport of(
      ControlsView controls, Map<String, Integer> paused, Map<String, String> withoutEffect) {
    return of(controls, paused, withoutEffect, List.of());
  }

  /**
   * Makes a report with budgets.
   *
   * @param budgets those that hold, whether they are configured or come from controls
   */
  public static ControlReport of(
      ControlsView controls,
      Map<String, Integer> paused,
      Map<String, String> withoutEffect,
      List<BudgetState> budgets) {
    List<Entry> entries = new ArrayList<>();
    budgets.forEach(budget -> entries.add(entry(budget, paused)));
    for (ControlsView.Unreadable odd : controls.unreadable()) {
      entries.add(
          new Entry(Kind.UNREADABLE, cut(odd.id()), "", "", "", "", null, null, 0, cut(odd.why())));
    }
    for (Control control : controls.active()) {
      Control.Origin origin = control.origin();
      if (control instanceof Control.Allowance && !withoutEffect.containsKey(origin.id())) {
        continue; // it is among the budgets
      }
      entries.add(
          new Entry(
              Kind.of(control),
              cut(origin.id()),
              cut(control.selector().shown()),
              detail(control),
              cut(origin.createdBy()),
              cut(origin.reason()),
              origin.createdAt(),
              origin.expiresAt(),
              paused.getOrDefault(origin.id(), 0),
              withoutEffect.getOrDefault(origin.id(), "")));
    }
    entries.sort(
        Comparator.comparing(Entry::kind)
            .thenComparing(Entry::since, Comparator.nullsLast(Comparator.reverseOrder()))
            .thenComparing(Entry::id));
    int shown = Math.min(MOST, entries.size());
    return new ControlReport(entries.subList(0, shown), entries.size() - shown);
  }

  private static Entry entry(BudgetState state, Map<String, Integer> paused) {
    Control.Origin origin = state.origin();
    String name = state.budget().name();
    return new Entry(
        Kind.BUDGET,
        cut(name),
        cut(state.selected()),
        state.text(),
        origin == null ? "" : cut(origin.createdBy()),
        origin == null ? "" : cut(origin.reason()),
        origin == null ? null : origin.createdAt(),
        state.endMillis() == Long.MAX_VALUE ? null : Instant.ofEpochMilli(state.endMillis()),
        paused.getOrDefault(name, 0),
        "");
  }

  /** Returns one line for each budget that requests wait for. */
  public List<String> held() {
    return entries.stream()
        .filter(entry -> entry.kind == Kind.BUDGET && entry.waiting > 0)
        .map(
            entry ->
                "budget %s of %s: %s %s until it has money again%s"
                    .formatted(
                        entry.id,
                        entry.detail,
                        entry.waiting,
                        entry.waiting == 1 ? "request waits" : "requests wait",
                        entry.until == null
                            ? ""
                            : ", in its next period at " + second(entry.until)))
        .toList();
  }

  private static String detail(Control control) {
    if (control instanceof Control.Cancel cancel) {
      return "published before " + second(cancel.publishedBefore());
    }
    if (control instanceof Control.Allowance allowance) {
      return "budget " + allowance.budget().name() + ": " + allowance.budget().terms("");
    }
    return control instanceof Control.Limit limit
        ? limit.limits().text((name, number) -> name.replace('.', ' ') + " " + number)
        : "";
  }

  /** Returns one line for each control that cannot be read. */
  public List<String> faults() {
    return entries.stream()
        .filter(entry -> entry.kind == Kind.UNREADABLE)
        .map(entry -> "control " + entry.id + " cannot be read: " + entry.fault)
        .toList();
  }

  /** Encodes the entries in their order. Times are in the format of RFC 3339. */
  public ArrayNode json() {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    entries.forEach(entry -> array.add(object(entry)));
    return array;
  }

  private static ObjectNode object(Entry entry) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("kind", entry.kind.text);
    object.put("id", entry.id);
    object.put("what", entry.what);
    object.put("detail", entry.detail);
    object.put("by", entry.by);
    object.put("why", entry.why);
    object.put("since", entry.since == null ? null : second(entry.since));
    object.put("until", entry.until == null ? null : second(entry.until));
    object.put("waiting", entry.waiting);
    object.put("fault", entry.fault);
    return object;
  }

  private static String cut(String text) {
    return CutText.of(text, LONGEST_TEXT);
  }

  private static String second(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
