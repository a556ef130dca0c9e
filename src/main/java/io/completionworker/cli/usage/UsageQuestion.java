// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.usage;

import io.completionworker.avro.CompletionUsage;
import io.completionworker.cli.records.StartAt;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What is asked of usage rows.
 *
 * @param groupings what they are told apart by, at least one
 * @param wanted values that rows must have to count
 * @param from of attempts that ended then or later
 * @param to of attempts that ended before
 * @param zone that days and hours are of
 */
public record UsageQuestion(
    List<Grouping> groupings, Map<Grouping, String> wanted, StartAt from, Instant to, ZoneId zone) {

  /** Between the values of a group, since none of them has it. */
  private static final String SEPARATOR = "\u0000";

  /** Whether a row counts. */
  boolean counts(CompletionUsage row) {
    Instant time = row.getCompletedAt();
    Instant first = from.time();
    return (first == null || !time.isBefore(first))
        && time.isBefore(to)
        && wanted.entrySet().stream()
            .allMatch(one -> one.getKey().of(row, zone).equals(one.getValue()));
  }

  /** The group that a row belongs to. */
  String group(CompletionUsage row) {
    return groupings.stream()
        .map(grouping -> grouping.of(row, zone).replace(SEPARATOR, "?"))
        .collect(Collectors.joining(SEPARATOR));
  }

  /** The values that name a group, one for each grouping. */
  List<String> values(String group) {
    return List.of(group.split(SEPARATOR, -1));
  }
}
