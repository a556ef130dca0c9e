// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.completion.SourceRecord.RecordHeader;
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

  /**
   * Tokens that one attempt is expected to use at most, worked out before the call.
   *
   * @param input tokens of the prompt
   * @param output tokens that the completions may have, all choices together
   */
  public record TokenEstimate(long input, long output) {

    /** Nothing is known, or nobody counts. */
    public static final TokenEstimate NONE = new TokenEstimate(0, 0);

    public long total() {
      return input + output;
    }
  }

  /**
   * Who a call counts against.
   *
   * @param credential hash of what the call authenticates with; hold and breaker go by it
   * @param virtualKey the virtual key that the call uses, its own or the configured one, or null; a
   *     secret: compared and matched, never shown
   * @param model model asked for
   * @param tier service tier asked for, or null when that is left to the provider
   */
  public record CallScope(
      String credential, @Nullable String virtualKey, String model, @Nullable String tier) {

    /** Without a tier. */
    public CallScope(String credential, @Nullable String virtualKey, String model) {
      this(credential, virtualKey, model, null);
    }

    /**
     * Name of what a provider throttles as one: a tier of a model of a credential. One that is
     * refused says nothing of the others.
     */
    public String throttled() {
      return credential + '\0' + model + '\0' + (tier == null ? "" : tier);
    }

    /** Without the virtual key. */
    @Override
    public String toString() {
      return "CallScope[credential=" + credential + ", model=" + model + ", tier=" + tier + "]";
    }
  }

  /** Names of headers of output records, for those who write them and those who read them. */
  public static final class OutputNames {

    /** Trace id of a request, on every record that comes of it. */
    public static final String TRACE_ID = "x-portkey-trace-id";

    /** Where the span of a request stands, by W3C Trace Context. */
    public static final String TRACEPARENT = "traceparent";

    /**
     * Beginning of the names of headers that say why a record is a dead letter, and where it came
     * from, as Kafka Streams names them (KIP-1034).
     */
    public static final String ERRORS = "__streams.errors.";

    private OutputNames() {}
  }

  /**
   * The trace and span of one request, the same at the endpoint and on every output record.
   *
   * @param traceId free text at the gateway; 32 hex digits when made here
   * @param spanId free text; 16 hex digits when made here
   * @param parentSpanId the span above, or null
   * @param spanName or null
   * @param traceparent W3C Trace Context header value that stands for the same span
   * @param tracestate passed on as it came, or null
   * @param baggage passed on as it came, or null
   */
  public record TraceContext(
      String traceId,
      String spanId,
      @Nullable String parentSpanId,
      @Nullable String spanName,
      String traceparent,
      @Nullable String tracestate,
      @Nullable String baggage) {

    /** The same with another {@code traceparent}. */
    TraceContext with(String other) {
      return new TraceContext(traceId, spanId, parentSpanId, spanName, other, tracestate, baggage);
    }
  }
}
