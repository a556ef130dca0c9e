package io.completionworker.cli.tail;

import io.completionworker.cli.records.StartAt;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is to be shown.
 *
 * @param limit most records shown
 * @param untilEnd whether to stop behind what is there at the start
 */
public record TailOptions(
    Role role,
    StartAt from,
    Optional<String> traceId,
    Optional<String> requestId,
    Optional<String> key,
    OptionalLong limit,
    boolean untilEnd,
    boolean json) {}
