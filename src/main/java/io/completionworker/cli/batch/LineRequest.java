package io.completionworker.cli.batch;

import io.completionworker.avro.CompletionRequest;
import org.jspecify.annotations.Nullable;

/**
 * A line as it is published.
 *
 * @param id what finds its answer
 * @param key of the record
 */
@SuppressWarnings("ArrayRecordComponent") // carried, not compared
public record LineRequest(BatchRequestId id, byte @Nullable [] key, CompletionRequest request) {}
