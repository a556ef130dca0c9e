package io.completionworker.gateway;

import io.completionworker.avro.GatewayDetails;
import io.completionworker.completion.AttemptError;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.Served;
import io.completionworker.gateway.json.AnswerDecoder;
import io.completionworker.gateway.json.InvalidAnswerException;
import io.completionworker.gateway.limit.RateHeaders;
import io.completionworker.gateway.stream.AnswerStream;
import io.completionworker.gateway.stream.StreamEnd;
import io.vertx.core.MultiMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes the result of an attempt out of the response to it. Safe on every thread.
 *
 * <p>Every 2xx is read as an answer, though the gateway knows only 200 and 246: some compatible
 * servers answer a POST with 201.
 */
final class ResponseReader {

  /** An answer that a guardrail flagged and let pass. */
  private static final int GUARDRAIL_FLAGGED = 246;

  private static final Pattern JSON_TYPE =
      Pattern.compile("application/([^;]+\\+)?json\\s*(;|$)", Pattern.CASE_INSENSITIVE);

  private final AnswerDecoder decoder;
  private final StatusClassifier classifier;
  private final int maxBytes;

  ResponseReader(StatusClassifier classifier, int maxBytes) {
    this.decoder = new AnswerDecoder(maxBytes);
    this.classifier = classifier;
    this.maxBytes = maxBytes;
  }

  /**
   * Reads a response.
   *
   * @param body what was received of it, decompressed
   * @param cut whether there was more of it than we take
   */
  AttemptResult read(int status, MultiMap headers, byte[] body, boolean cut) {
    GatewayDetails details = details(status, headers);
    AttemptError error;
    if (status < 200 || status >= 300) {
      error = classifier.classify(status, headers, body);
    } else if (cut) {
      error = classifier.tooLarge(status, maxBytes);
    } else {
      try {
        return new AttemptResult.Answered(decoder.decode(body, details), RateHeaders.read(headers));
      } catch (InvalidAnswerException e) {
        error = classifier.invalid(status, e.fault(), body);
      }
    }
    return new AttemptResult.Rejected(
        error, RateHeaders.read(headers), decoder.served(body, details));
  }

  /**
   * Whether such a response is a stream of events, after a request for one. Some providers ignore
   * that and send JSON, and errors are never streamed.
   */
  static boolean isStream(int status, MultiMap headers) {
    String type = headers.get("content-type");
    return status >= 200
        && status < 300
        && (type == null || !JSON_TYPE.matcher(type.strip()).lookingAt());
  }

  /** Makes the result out of the end of a streamed response. */
  AttemptResult read(int status, MultiMap headers, AnswerStream stream, StreamEnd end) {
    return end instanceof StreamEnd.Complete complete
        ? read(status, headers, complete.body(), false)
        : unanswered(status, headers, stream, error(status, headers, end));
  }

  /**
   * The result of a response that no answer came of, for whatever reason.
   *
   * @param stream what came of it as a stream; null when it is none
   */
  AttemptResult unanswered(
      int status, MultiMap headers, @Nullable AnswerStream stream, AttemptError error) {
    GatewayDetails details = details(status, headers);
    return new AttemptResult.Rejected(
        error,
        RateHeaders.read(headers),
        stream == null ? new Served("", null, null, details) : stream.served(details));
  }

  private AttemptError error(int status, MultiMap headers, StreamEnd end) {
    if (end instanceof StreamEnd.Unreadable unreadable) {
      return classifier.invalid(status, unreadable.fault(), unreadable.data());
    }
    if (end instanceof StreamEnd.Failed failed) {
      return classifier.failedStream(status, headers, failed.data());
    }
    return end instanceof StreamEnd.CutOff cutOff
        ? classifier.cutOff(status, cutOff.how())
        : classifier.tooLarge(status, maxBytes);
  }

  private static GatewayDetails details(int status, MultiMap headers) {
    return new GatewayDetails(
        status,
        text(headers, "x-portkey-trace-id"),
        text(headers, "x-portkey-cache-status"),
        text(headers, "x-portkey-provider"),
        text(headers, "x-portkey-last-used-option-index"),
        number(headers, "x-portkey-retry-attempt-count"),
        text(headers, "x-request-id"),
        status == GUARDRAIL_FLAGGED);
  }

  /** The gateway sends some headers empty, which says as much as not sending them. */
  private static @Nullable String text(MultiMap headers, String name) {
    String value = headers.get(name);
    return value == null || value.isBlank() ? null : value.strip();
  }

  private static @Nullable Integer number(MultiMap headers, String name) {
    String value = text(headers, name);
    try {
      return value == null ? null : Integer.valueOf(value);
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
