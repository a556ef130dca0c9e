// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.batch;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.completion.BatchRequestId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A line as it is published.
 *
 * @param id what finds its answer
 * @param key of the record
 * @param notices what was probably not meant like that, and is sent as it is
 */
@SuppressWarnings("ArrayRecordComponent") // carried, not compared
public record LineRequest(
    BatchRequestId id, byte @Nullable [] key, CompletionRequest request, List<String> notices) {}
