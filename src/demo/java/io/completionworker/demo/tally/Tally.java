// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo.tally;

import io.completionworker.avro.CompletionFailure;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.UsageWindow;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Counts what came of the requests. For one thread. */
public final class Tally {

  private final Map<String, List<String>> outcomes = new LinkedHashMap<>();
  private final List<String> strangers = new ArrayList<>();
  private final SortedMap<String, Integer> failures = new TreeMap<>();
  private final TreeMap<Long, Integer> callsOpening = new TreeMap<>();
  private int withOutcome;
  private int responses;
  private int deadLetters;
  private int retries;
  private final Map<String, Long> callsByWindow = new HashMap<>();
  private int chunks;
  private int usageRows;
  private long promptTokens;
  private long completionTokens;
  private final SortedMap<String, BigDecimal> costs = new TreeMap<>();

  /** Expects one outcome of each. */
  public Tally(Collection<String> requestIds) {
    requestIds.forEach(id -> outcomes.put(id, new ArrayList<>()));
  }

  public void response(String id, CompletionResponse response) {
    outcome(id, "response");
    responses++;
    retries += response.getCallDetails().getAttempts() - 1;
  }

  public void failure(String id, CompletionFailure failure) {
    outcome(id, "failure " + failure.getReason());
    failures.merge(failure.getReason().toString(), 1, Integer::sum);
    retries += Math.max(0, failure.getAttempts().size() - 1);
  }

  public void deadLetter(String id) {
    outcome(id, "dead letter");
    deadLetters++;
  }

  /** A piece of a streamed answer. */
  public void chunk() {
    chunks++;
  }

  /** A window of usage; the last one of a key holds. */
  public void window(String key, UsageWindow window) {
    callsByWindow.put(key, window.getCalls());
  }

  public void usage(CompletionUsage row) {
    usageRows++;
    if (row.getBillable()) {
      promptTokens += row.getPromptTokens();
      completionTokens += row.getCompletionTokens();
    }
    if (row.getCost() != null) {
      costs.merge(row.getCurrency(), row.getCost(), BigDecimal::add);
    }
    callsOpening.merge(row.getStartedAt().toEpochMilli(), 1, Integer::sum);
    callsOpening.merge(row.getCompletedAt().toEpochMilli(), -1, Integer::sum);
  }

  public int chunks() {
    return chunks;
  }

  public int usageRows() {
    return usageRows;
  }

  /** Windows and groups of usage that were written. */
  public int windows() {
    return callsByWindow.size();
  }

  /** Usage rows that are in them. */
  public long callsInWindows() {
    return callsByWindow.values().stream().mapToLong(Long::longValue).sum();
  }

  public int expected() {
    return outcomes.size();
  }

  /** Requests that have an outcome, or several. */
  public int withOutcome() {
    return withOutcome;
  }

  public int responses() {
    return responses;
  }

  public int deadLetters() {
    return deadLetters;
  }

  public int retries() {
    return retries;
  }

  public SortedMap<String, Integer> failures() {
    return failures;
  }

  public int failed() {
    return failures.values().stream().mapToInt(Integer::intValue).sum();
  }

  public long promptTokens() {
    return promptTokens;
  }

  public long completionTokens() {
    return completionTokens;
  }

  /** Sums by currency; empty without a price file. */
  public SortedMap<String, BigDecimal> costs() {
    return costs;
  }

  /** Most calls with a usage row that were open at the same millisecond. */
  public int peakOpenByUsage() {
    int open = 0;
    int peak = 0;
    for (int change : callsOpening.values()) {
      open += change;
      peak = Math.max(peak, open);
    }
    return peak;
  }

  /** One line per request without exactly one outcome, and per outcome of no request. */
  public List<String> faults() {
    List<String> faults =
        outcomes.entrySet().stream()
            .filter(entry -> entry.getValue().size() != 1)
            .map(Tally::fault)
            .collect(Collectors.toCollection(ArrayList::new));
    faults.addAll(strangers);
    return faults;
  }

  private void outcome(String id, String kind) {
    List<String> known = outcomes.get(id);
    if (known == null) {
      strangers.add(id + " was never asked, but has an outcome: " + kind);
      return;
    }
    if (known.isEmpty()) {
      withOutcome++;
    }
    known.add(kind);
  }

  private static String fault(Map.Entry<String, List<String>> entry) {
    return entry.getValue().isEmpty()
        ? entry.getKey() + " has no outcome"
        : entry.getKey() + " has several outcomes: " + String.join(", ", entry.getValue());
  }
}
