// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.FailureReason;
import io.completionworker.avro.PortkeyOptions;
import io.completionworker.avro.Violation;
import io.completionworker.codec.EncodedForms.Faults;
import io.completionworker.codec.headers.CallScopes;
import io.completionworker.codec.headers.GatewayHeaders;
import io.completionworker.codec.headers.OutputHeaders;
import io.completionworker.codec.headers.TraceContexts;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.CompletionCall.TokenEstimate;
import io.completionworker.completion.CompletionCall.TraceContext;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.completion.port.RequestReader;
import io.completionworker.config.GatewayConfig.Credentials;
import io.completionworker.config.GatewayConfig.HeaderRules;
import io.completionworker.headers.KnownHeader;
import io.completionworker.serde.registry.RegistryClient.UnknownSchemaException;
import io.completionworker.tokens.TokenEstimator;
import io.completionworker.validation.Extra;
import io.completionworker.validation.RequestValidator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Decodes a record, determines what the call sends to the gateway, and validates the request.
 *
 * <p>If the registry cannot be reached, the record is read again later. A record whose bytes cannot
 * be decoded is a dead letter. All faults of a request, in its headers and in its body, are
 * reported in one failure.
 */
public final class CallReader implements RequestReader {

  private static final int LONGEST_ID = 1024;

  private final Deserializer<CompletionRequest> published;
  private final Deserializer<CompletionRequest> recovered;
  private final RequestFaults faults;
  private final TokenEstimator estimator;
  private final HeaderRules rules;
  private final GatewayHeaders wireHeaders;
  private final CallScopes scopes;

  /**
   * Creates a reader.
   *
   * <p>Both deserializers throw a {@code RetriableException} for a fault that may pass, and any
   * other exception for a permanent fault.
   *
   * @param published deserializer of records as they are published now
   * @param recovered deserializer of records that were found in the store, which an instance with
   *     other settings may have accepted
   * @param configured credentials of calls whose record does not name others
   */
  public CallReader(
      Deserializer<CompletionRequest> published,
      Deserializer<CompletionRequest> recovered,
      RequestValidator validator,
      TokenEstimator estimator,
      Credentials configured,
      HeaderRules rules) {
    this.published = published;
    this.recovered = recovered;
    this.faults = new RequestFaults(validator, rules);
    this.estimator = estimator;
    this.rules = rules;
    this.wireHeaders = new GatewayHeaders(rules);
    this.scopes = new CallScopes(configured);
  }

  @Override
  public Reading read(SourceRecord source, boolean recovered) {
    if (source.omittedBytes() > 0) {
      return tooLarge(source, recovered);
    }
    try {
      byte[] value = source.value();
      if (value == null) {
        throw new SerializationException("The record has no value");
      }
      CompletionRequest request = decode(source, value, recovered);
      return judge(source, request, recovered);
    } catch (RuntimeException | StackOverflowError e) {
      return unread(source, e, recovered);
    }
  }

  private static Reading unread(SourceRecord source, Throwable thrown, boolean recovered) {
    String why = Faults.describe(thrown);
    if (Faults.mayPass(thrown)) {
      return new Reading.Later(why);
    }
    String schema = UnknownSchemaException.schema(thrown);
    Class<?> cause = schema == null ? thrown.getClass() : SerializationException.class;
    Outcome outcome = new Outcome.DeadLettered(source, cause.getName(), why, recovered);
    return schema == null ? new Reading.Ended(outcome) : new Reading.Unknown(schema, outcome);
  }

  private CompletionRequest decode(SourceRecord source, byte[] value, boolean isRecovered) {
    Headers headers = EncodedForms.noHeaders(source.position().topic());
    for (RecordHeader header : source.headers()) {
      headers.add(header.name(), header.value());
    }
    CompletionRequest request =
        (isRecovered ? recovered : published)
            .deserialize(source.position().topic(), headers, value);
    if (request == null) {
      throw new SerializationException("The value decodes to nothing");
    }
    return request;
  }

  private Reading judge(SourceRecord source, CompletionRequest request, boolean recovered) {
    GatewayHeaders.Found found = wireHeaders.read(source, request.getPortkey());
    List<Violation> violations = faults.of(request, found);
    if (violations.isEmpty()) {
      TokenEstimate tokens = estimator.estimate(request, Extra.of(request.getExtraBody()).texts());
      return new Reading.Ready(call(source, request, found, tokens));
    }
    Outcome.Cause cause =
        new Outcome.Cause(FailureReason.INVALID_REQUEST, false, summary(violations));
    CompletionCall call = call(source, request, found, TokenEstimate.NONE);
    return new Reading.Ended(
        new Outcome.Failed(source, call, cause, violations, List.of(), recovered));
  }

  private CompletionCall call(
      SourceRecord source,
      CompletionRequest request,
      GatewayHeaders.Found found,
      TokenEstimate tokens) {
    TraceContext trace = TraceContexts.of(source, found);
    return new CompletionCall(
        source.withoutValue(),
        requestId(source, request),
        keepable(request, found),
        TraceContexts.wire(found, trace),
        OutputHeaders.of(source, trace),
        trace,
        scopes.of(found.values(), request.getModel(), tier(request)),
        tokens,
        deadline(source, request.getDeadlineMs()));
  }

  /** Returns the service tier that the body asks for; null if the provider chooses it. */
  private static @Nullable String tier(CompletionRequest request) {
    String own = request.getServiceTier();
    String sent = Extra.of(request.getExtraBody()).texts().getOrDefault("service_tier", own);
    String tier = sent == null ? "" : sent.strip().toLowerCase(Locale.ROOT);
    return tier.isEmpty() || tier.equals("auto") ? null : tier;
  }

  private static String requestId(SourceRecord source, CompletionRequest request) {
    String id = request.getRequestId();
    boolean usable = id != null && !id.isBlank() && id.length() <= LONGEST_ID;
    return usable ? id : source.position().toString();
  }

  private static long deadline(SourceRecord source, @Nullable Long milliseconds) {
    if (milliseconds == null) {
      return Long.MAX_VALUE;
    }
    long from = Math.max(0, source.timestamp());
    return milliseconds > Long.MAX_VALUE - from ? Long.MAX_VALUE : from + milliseconds;
  }

  /**
   * Returns the request in the form that a failure may carry. An inline config may hold keys. If
   * inline configs are not allowed, it is removed. If it came in a header, which no output copies,
   * it is moved into the field, so that the same request can be made again from a failure.
   */
  private CompletionRequest keepable(CompletionRequest request, GatewayHeaders.Found found) {
    String sent = found.values().get(KnownHeader.CONFIG.text());
    if (sent != null && !KnownHeader.isSavedConfig(sent)) {
      return withConfig(request, sent);
    }
    PortkeyOptions options = request.getPortkey();
    String config = options == null ? null : options.getConfig();
    boolean mayHoldKeys = config != null && !KnownHeader.isSavedConfig(config.strip());
    return mayHoldKeys && !rules.inlineConfig()
        ? withConfig(request, "[inline config removed]")
        : request;
  }

  private static CompletionRequest withConfig(CompletionRequest request, String config) {
    PortkeyOptions.Builder options =
        request.getPortkey() == null
            ? PortkeyOptions.newBuilder()
            : PortkeyOptions.newBuilder(request.getPortkey());
    return CompletionRequest.newBuilder(request)
        .setPortkey(options.setConfig(config).build())
        .build();
  }

  private static String summary(List<Violation> violations) {
    Violation first = violations.get(0);
    String one = first.getField() + " " + first.getMessage();
    return violations.size() == 1
        ? "The request is not valid: " + one
        : "The request is not valid in " + violations.size() + " places; the first: " + one;
  }

  private static Reading tooLarge(SourceRecord source, boolean recovered) {
    String message =
        "The record takes "
            + source.omittedBytes()
            + " bytes, more than async.max.record.bytes allows";
    Outcome.Cause cause = new Outcome.Cause(FailureReason.REQUEST_TOO_LARGE, false, message);
    return new Reading.Ended(
        new Outcome.Failed(source, null, cause, List.of(), List.of(), recovered));
  }

  /**
   * Finds the faults of a request. {@link CallReader} uses it, and so does code that checks
   * requests before they are records. Safe on every thread.
   */
  public static final class RequestFaults {

    private static final SourceRecord WITHOUT_HEADERS =
        new SourceRecord(new RecordPosition("", 0, 0), null, null, List.of(), 0, 0, 0);

    private final RequestValidator validator;
    private final GatewayHeaders wireHeaders;

    /** Creates a check with these rules. */
    public RequestFaults(RequestValidator validator, HeaderRules rules) {
      this.validator = validator;
      this.wireHeaders = new GatewayHeaders(rules);
    }

    /** Returns all faults, those of the gateway options first; empty if the request is valid. */
    public List<Violation> of(CompletionRequest request) {
      return of(request, wireHeaders.read(WITHOUT_HEADERS, request.getPortkey()));
    }

    /** Returns all faults of a request with these header values and header faults. */
    List<Violation> of(CompletionRequest request, GatewayHeaders.Found found) {
      List<Violation> faults = new ArrayList<>(found.violations());
      faults.addAll(validator.check(request));
      return List.copyOf(faults);
    }
  }
}
