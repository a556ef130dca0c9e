// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.completionworker.completion.BatchRequestId;
import io.completionworker.completion.PrintableText;
import io.completionworker.control.Control;
import io.completionworker.control.Control.Cancel;
import io.completionworker.control.Selector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The cancellations and pauses that hold for one request or for one batch.
 *
 * @param whole controls that hold for the request, or for every request of the batch
 * @param parts controls that hold for some requests of the batch
 * @param others how many more controls may hold for requests of the batch: those that do not select
 *     by batch
 */
public record AppliedControls(List<Control> whole, List<Control> parts, int others) {

  /** No control at all. */
  public static final AppliedControls NONE = new AppliedControls(List.of(), List.of(), 0);

  /**
   * What controls select a request by.
   *
   * @param traceId null if it is not known, and so for the others
   * @param published timestamp of its record, in milliseconds since 1970
   */
  public record RequestFacts(
      String requestId,
      @Nullable String traceId,
      @Nullable String endUser,
      @Nullable String virtualKey,
      @Nullable String model,
      Map<String, String> metadata,
      long published)
      implements Selector.Facts {}

  /** Returns the controls that hold for a request now. */
  public static AppliedControls to(
      RequestFacts request, List<ControlTopic.Entry> entries, Instant now) {
    return new AppliedControls(
        holding(entries, now).stream()
            .filter(control -> control.matcher().matches(request))
            .toList(),
        List.of(),
        0);
  }

  /** Returns the controls that hold for a batch now, as far as its id tells. */
  public static AppliedControls to(String batch, List<ControlTopic.Entry> entries, Instant now) {
    List<Control> whole = new ArrayList<>();
    List<Control> parts = new ArrayList<>();
    int others = 0;
    Selector all = new Selector(null, batch, null, null, null, null, Map.of());
    for (Control control : holding(entries, now)) {
      Selector selector = control.selector();
      if (selector.equals(all) || selector.equals(Selector.ALL)) {
        whole.add(control);
      } else if (batch.equals(selector.batchId()) || batch.equals(batchOf(selector.requestId()))) {
        parts.add(control);
      } else if (selector.batchId() == null && selector.requestId() == null) {
        others++;
      }
    }
    return new AppliedControls(List.copyOf(whole), List.copyOf(parts), others);
  }

  private static @Nullable String batchOf(@Nullable String requestId) {
    return Optional.ofNullable(requestId)
        .flatMap(BatchRequestId::parse)
        .map(BatchRequestId::batch)
        .orElse(null);
  }

  private static List<Control> holding(List<ControlTopic.Entry> entries, Instant now) {
    List<Control> holding = new ArrayList<>();
    for (ControlTopic.Entry entry : entries) {
      Control control = entry.control();
      boolean ofRequests = control instanceof Cancel || control instanceof Control.Pause;
      if (control != null && ofRequests && !control.expired(now)) {
        holding.add(control);
      }
    }
    return holding;
  }

  /** Returns a word for the progress of the batch: cancelled, paused, or nothing. */
  public String word() {
    if (whole.stream().anyMatch(Cancel.class::isInstance)) {
      return "cancelled";
    }
    return whole.isEmpty() ? "" : "paused";
  }

  /** Returns a line about each control that holds for a request without an outcome. */
  public List<String> openRequest() {
    return whole.stream()
        .map(
            control ->
                control instanceof Cancel
                    ? "Cancelled %s: no call starts for it, and it ends without an answer"
                        .formatted(origin(control))
                    : "Paused %s: no call starts for it until `completion-worker control resume --id %s`"
                        .formatted(origin(control), control.origin().id()))
        .toList();
  }

  /** Returns a line about each cancellation that an answered request was too early for. */
  public List<String> answeredRequest() {
    return whole.stream()
        .filter(Cancel.class::isInstance)
        .map(control -> "Cancelled %s, which came after its answer".formatted(origin(control)))
        .toList();
  }

  /** Returns a line about each control that holds for the batch. */
  public List<String> batch() {
    List<String> lines = new ArrayList<>();
    whole.forEach(control -> lines.add(begin(control)));
    parts.forEach(control -> lines.add("Some requests: " + begin(control)));
    if (others > 0) {
      lines.add(
          others
              + (others == 1 ? " more control" : " more controls")
              + " may hold for some requests: `completion-worker control list`");
    }
    return lines;
  }

  private static String begin(Control control) {
    return control instanceof Cancel cancel
        ? "Cancelled %s: those published before %s"
            .formatted(origin(control), cancel.publishedBefore())
        : "Paused %s, until `completion-worker control resume --id %s`"
            .formatted(origin(control), control.origin().id());
  }

  private static String origin(Control control) {
    Instant end = control.origin().expiresAt();
    return "at "
        + control.origin().createdAt()
        + " "
        + PrintableText.of(control.origin().text())
        + (end == null ? "" : ", which ends at " + end);
  }

  /** Adds the controls to an array of JSON objects. */
  public void describe(ArrayNode json) {
    whole.forEach(control -> describe(control, true, json));
    parts.forEach(control -> describe(control, false, json));
  }

  private static void describe(Control control, boolean all, ArrayNode json) {
    json.addObject()
        .put("id", control.origin().id())
        .put("kind", control.kind().name())
        .put("created_by", control.origin().createdBy())
        .put("reason", control.origin().reason())
        .put("created_at", control.origin().createdAt().toString())
        .put("all_requests", all);
  }
}
