package io.completionworker.completion;

import io.completionworker.avro.CompletionRequest;
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

  /** Provider that the record itself named, by header or by field; null when it named none. */
  public @Nullable String provider() {
    return wireHeaders.get("x-portkey-provider");
  }

  /** Virtual key that the record itself named, by header or by field; null when it named none. */
  public @Nullable String virtualKey() {
    return wireHeaders.get("x-portkey-virtual-key");
  }
}
