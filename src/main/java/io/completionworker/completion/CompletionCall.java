// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.headers.KnownHeader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A decoded, valid request, with everything that an attempt needs. All of it is computed once.
 *
 * @param source the record of the request
 * @param requestId the request's own id, otherwise the position of its record
 * @param request the decoded request
 * @param wireHeaders headers that the call sends in addition to those of all calls; names in lower
 *     case
 * @param outputHeaders headers of every output record
 * @param trace trace and span of the request
 * @param scope the credential, model and tier that the call counts against
 * @param tokens estimated tokens of an attempt
 * @param deadlineAt Unix time in milliseconds after which no attempt starts; {@link Long#MAX_VALUE}
 *     without a deadline
 * @param cacheKey tells which calls ask for the same; null if no answers are remembered
 * @param prefixes hashes of the long beginnings of the prompt that other prompts may share, the
 *     shortest first; empty if calls do not wait for each other
 * @param tier the service tier that the worker has chosen; null if the request decides
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
    long deadlineAt,
    @Nullable CacheKey cacheKey,
    List<String> prefixes,
    @Nullable ChosenTier tier) {

  public CompletionCall {
    wireHeaders = Map.copyOf(wireHeaders);
    outputHeaders = List.copyOf(outputHeaders);
    prefixes = List.copyOf(prefixes);
  }

  /** Creates a call that shares nothing with others, in the tier that its request asks for. */
  public CompletionCall(
      SourceRecord source,
      String requestId,
      CompletionRequest request,
      Map<String, String> wireHeaders,
      List<RecordHeader> outputHeaders,
      TraceContext trace,
      CallScope scope,
      TokenEstimate tokens,
      long deadlineAt) {
    this(
        source,
        requestId,
        request,
        wireHeaders,
        outputHeaders,
        trace,
        scope,
        tokens,
        deadlineAt,
        null,
        List.of(),
        null);
  }

  private CompletionCall with(
      Map<String, String> wire,
      List<RecordHeader> output,
      TraceContext other,
      @Nullable CacheKey key,
      List<String> shared) {
    return new CompletionCall(
        source,
        requestId,
        request,
        wire,
        output,
        other,
        scope,
        tokens,
        deadlineAt,
        key,
        shared,
        tier);
  }

  /** Returns the same call in the last tier of its order, which costs most. */
  public CompletionCall dearest() {
    return tier == null ? this : onTier(tier.order().last());
  }

  /** Returns a copy in this service tier, which only its limits and what it sends depend on. */
  public CompletionCall onTier(ChosenTier chosen) {
    Map<String, String> headers = wireHeaders;
    if (chosen.order().inHeader()) {
      headers = new HashMap<>(wireHeaders);
      headers.remove(chosen.order().field());
      String sent = chosen.sent();
      if (sent != null) {
        headers.put(chosen.order().field(), sent);
      }
    }
    return new CompletionCall(
        source,
        requestId,
        request,
        headers,
        outputHeaders,
        trace,
        new CallScope(scope.credential(), scope.virtualKey(), scope.model(), chosen.counted()),
        tokens,
        deadlineAt,
        cacheKey,
        prefixes,
        chosen);
  }

  /**
   * Returns the members that the call's body has besides those of its request, each as JSON text.
   */
  public Map<String, String> addedMembers() {
    ChosenTier chosen = tier;
    String sent = chosen == null || chosen.order().inHeader() ? null : chosen.sent();
    return chosen == null || sent == null
        ? Map.of()
        : Map.of(chosen.order().field(), '"' + sent + '"');
  }

  /** Returns a copy with this key. */
  public CompletionCall keyed(CacheKey key) {
    return with(wireHeaders, outputHeaders, trace, key, prefixes);
  }

  /** Returns a copy with these prefixes. */
  public CompletionCall prefixed(List<String> shared) {
    return with(wireHeaders, outputHeaders, trace, cacheKey, shared);
  }

  /**
   * Returns the name of those calls which the endpoint throttles, and which may leave their tier,
   * together. Calls whose request names a tier do not wait with those for which it was chosen.
   */
  public String throttledAs() {
    return (tier != null && !tier.isLast() ? "~" : "") + scope.throttleKey();
  }

  /** Whether the answer is streamed. */
  public boolean streamed() {
    return Boolean.TRUE.equals(request.getStream());
  }

  /** Returns a copy that sends this {@code traceparent} to the endpoint. */
  public CompletionCall sending(String traceparent) {
    Map<String, String> headers = new HashMap<>(wireHeaders);
    headers.put(KnownHeader.TRACEPARENT.text(), traceparent);
    return with(headers, outputHeaders, trace, cacheKey, prefixes);
  }

  /** Returns a copy with this {@code traceparent} for the endpoint and for the output records. */
  public CompletionCall traced(String traceparent) {
    List<RecordHeader> headers =
        outputHeaders.stream()
            .map(
                header ->
                    header.name().equalsIgnoreCase(KnownHeader.TRACEPARENT.text())
                        ? RecordHeader.of(header.name(), traceparent)
                        : header)
            .toList();
    return with(wireHeaders, headers, trace.with(traceparent), cacheKey, prefixes)
        .sending(traceparent);
  }

  /** Returns the provider that the record names, in a header or field; null if it names none. */
  public @Nullable String provider() {
    return wireHeaders.get(KnownHeader.PROVIDER.text());
  }

  /** Returns the virtual key that the record names, in a header or field; null if it names none. */
  public @Nullable String virtualKey() {
    return wireHeaders.get(KnownHeader.VIRTUAL_KEY.text());
  }

  /**
   * Tells which calls ask for the same.
   *
   * @param hash equal for these calls alone
   * @param refresh whether the call is to be made although its answer may be remembered
   */
  public record CacheKey(String hash, boolean refresh) {}

  /**
   * The most tokens that one attempt is expected to use, estimated before the call.
   *
   * @param input prompt tokens
   * @param output completion tokens, all choices together
   */
  public record TokenEstimate(long input, long output, Images images) {

    /** No estimate: nothing is known, or no limit counts tokens. */
    public static final TokenEstimate NONE = new TokenEstimate(0, 0);

    /** Creates an estimate of a request without images. */
    public TokenEstimate(long input, long output) {
      this(input, output, Images.NONE);
    }

    /**
     * The images of a request.
     *
     * @param count how many there are
     * @param tokens those of the prompt tokens that are theirs
     */
    public record Images(long count, long tokens) {

      static final Images NONE = new Images(0, 0);
    }

    public long total() {
      return input + output;
    }
  }

  /**
   * What a call counts against.
   *
   * @param credential hash of what the call authenticates with; hold and breaker apply to it
   * @param virtualKey virtual key of the record, otherwise the configured one, or null; a secret
   *     that is compared and matched, but never shown
   * @param model model asked for
   * @param tier service tier asked for; null if the provider chooses it
   */
  public record CallScope(
      String credential, @Nullable String virtualKey, String model, @Nullable String tier) {

    /** Creates a scope without a tier. */
    public CallScope(String credential, @Nullable String virtualKey, String model) {
      this(credential, virtualKey, model, null);
    }

    /**
     * Returns the name of the unit that a provider throttles: one service tier of a model of a
     * credential. A refusal of one unit says nothing about the others.
     */
    public String throttleKey() {
      return credential + '\0' + model + '\0' + (tier == null ? "" : tier);
    }

    /** Leaves out the virtual key. */
    @Override
    public String toString() {
      return "CallScope[credential=" + credential + ", model=" + model + ", tier=" + tier + "]";
    }
  }

  /**
   * The trace and span of a request, the same at the endpoint and on every output record.
   *
   * @param traceId any text, as the gateway allows; 32 hex digits if the worker created it
   * @param spanId any text; 16 hex digits if the worker created it
   * @param parentSpanId id of the parent span, or null
   * @param spanName name of the span, or null
   * @param traceparent W3C Trace Context header value of the same span
   * @param tracestate passed on unchanged, or null
   * @param baggage passed on unchanged, or null
   */
  public record TraceContext(
      String traceId,
      String spanId,
      @Nullable String parentSpanId,
      @Nullable String spanName,
      String traceparent,
      @Nullable String tracestate,
      @Nullable String baggage) {

    /** Returns a copy with another {@code traceparent}. */
    TraceContext with(String other) {
      return new TraceContext(traceId, spanId, parentSpanId, spanName, other, tracestate, baggage);
    }
  }
}
