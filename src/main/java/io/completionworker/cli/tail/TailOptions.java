// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.tail;

import io.completionworker.cli.records.StartAt;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is to be shown.
 *
 * @param limit most records shown
 * @param newest whether these are the newest that there are; then {@code from} has no meaning
 * @param untilEnd whether to stop behind what is there at the start
 */
public record TailOptions(
    Role role,
    StartAt from,
    Optional<String> traceId,
    Optional<String> requestId,
    Optional<String> key,
    OptionalLong limit,
    boolean newest,
    boolean untilEnd,
    boolean json) {}
