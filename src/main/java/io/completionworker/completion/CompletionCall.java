// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import io.completionworker.avro.CompletionRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that was read and found valid: all that an attempt needs, worked out once.
 *
 * @param source the record it came from
 * @param requestId its own id, or the position
 * @param request the decoded request
 * @param wireHeaders what this record sends to the endpoint, lower-case names, over and above what
 *     every call carries
 * @param outputHeaders headers of every output record
 * @param trace its trace and span
 * @param scope who this call counts against
 * @param tokens what an attempt is expected to use
 * @param deadlineAt Unix time in milliseconds after which no attempt starts; {@link Long#MAX_VALUE}
 *     without a deadline
 */
public record CompletionCall(
    SourceRecord source,
    String requestId,
    CompletionRequest request,
    Map<String, String> wireHeaders,
    List<RecordHeader> outputHeaders,
    TraceContext trace,
    CallScope scope,
    TokenEstimate tokens,
    long deadlineAt) {

  public CompletionCall {
    wireHeaders = Map.copyOf(wireHeaders);
    outputHeaders = List.copyOf(outputHeaders);
  }

  /** Whether its answer comes in pieces. */
  public boolean streamed() {
    return Boolean.TRUE.equals(request.getStream());
  }

  /** The same, telling the endpoint of another span of its trace. */
  public CompletionCall sending(String traceparent) {
    Map<String, String> headers = new HashMap<>(wireHeaders);
    headers.put(OutputNames.TRACEPARENT, traceparent);
    return new CompletionCall(
        source, requestId, request, headers, outputHeaders, trace, scope, tokens, deadlineAt);
  }

  /** The same with another {@code traceparent} for the endpoint and for the output records. */
  public CompletionCall traced(String traceparent) {
    List<RecordHeader> headers =
        outputHeaders.stream()
            .map(
                header ->
                    header.name().equalsIgnoreCase(OutputNames.TRACEPARENT)
                        ? RecordHeader.of(header.name(), traceparent)
                        : header)
            .toList();
    return new CompletionCall(
            source,
            requestId,
            request,
            wireHeaders,
            headers,
            trace.with(traceparent),
            scope,
            tokens,
            deadlineAt)
        .sending(traceparent);
  }

  /** Provider that the record itself named, by header or by field; null when it named none. */
  public @Nullable String provider() {
    return wireHeaders.get("x-portkey-provider");
  }

  /** Virtual key that the record itself named, by header or by field; null when it named none. */
  public @Nullable String virtualKey() {
    return wireHeaders.get("x-portkey-virtual-key");
  }
}
