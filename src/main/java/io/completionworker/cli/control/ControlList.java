// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.control;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.avro.CompletionControl;
import io.completionworker.cli.terminal.Table;
import io.completionworker.completion.Fingerprint;
import io.completionworker.control.Control;
import io.completionworker.serde.PlainJson;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/**
 * The controls on the topic, for people and for scripts.
 *
 * @param now the time at which controls have expired or not
 */
public record ControlList(List<ControlTopic.Entry> entries, Instant now) {

  private static final List<String> HEADINGS =
      List.of("ID", "KIND", "WHAT", "BY", "MADE", "UNTIL", "WHY");

  private static final String NONE = "-";

  /**
   * Returns the lines of a table.
   *
   * @param columns how many columns a line may have
   */
  public List<String> lines(int columns) {
    if (entries.isEmpty()) {
      return List.of("There is no control");
    }
    Table table = new Table(HEADINGS, HEADINGS.size() - 1);
    entries.forEach(entry -> table.add(row(entry)));
    return table.lines(columns);
  }

  private List<String> row(ControlTopic.Entry entry) {
    Control control = entry.control();
    CompletionControl record = entry.record();
    if (record == null) {
      return List.of(entry.id(), NONE, unreadable(entry), NONE, NONE, NONE, NONE);
    }
    Instant end = record.getExpiresAt();
    String until = end == null ? NONE : seconds(end);
    return List.of(
        entry.id(),
        record.getKind().name().toLowerCase(Locale.ROOT),
        control == null ? unreadable(entry) : ControlText.what(control),
        orNone(record.getCreatedBy()),
        seconds(record.getCreatedAt()),
        isExpired(entry) ? "expired " + until : until,
        orNone(record.getReason()));
  }

  private static String unreadable(ControlTopic.Entry entry) {
    return "is ignored, since it cannot be read: " + entry.fault();
  }

  private boolean isExpired(ControlTopic.Entry entry) {
    return entry.control() != null && entry.control().expired(now);
  }

  private static String seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static String orNone(String text) {
    return text.isBlank() ? NONE : text;
  }

  /** Returns a JSON object for each control: its id, its state, and the fields of its record. */
  public List<String> json() {
    return entries.stream().map(entry -> json(entry).toString()).toList();
  }

  private ObjectNode json(ControlTopic.Entry entry) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", entry.id());
    json.put("expired", isExpired(entry));
    if (!entry.fault().isEmpty()) {
      json.put("fault", entry.fault());
    }
    if (entry.record() != null) {
      json.setAll(PlainJson.of(entry.record()));
      String pattern = entry.record().getVirtualKey();
      if (pattern != null) {
        json.put("virtual_key", "sha256:" + Fingerprint.of(pattern, 8));
      }
    }
    return json;
  }
}
