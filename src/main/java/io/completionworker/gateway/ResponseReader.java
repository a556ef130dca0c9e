// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.avro.GatewayDetails;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.AttemptResult.RateSignals;
import io.completionworker.gateway.json.AnswerDecoder;
import io.completionworker.gateway.json.AnswerDecoder.InvalidAnswerException;
import io.completionworker.gateway.json.AnswerJson;
import io.completionworker.gateway.json.ErrorBody;
import io.completionworker.gateway.limit.RateHeaders;
import io.completionworker.gateway.stream.AnswerStream;
import io.completionworker.gateway.stream.StreamEnd;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Makes the result of an attempt from its response. Thread-safe.
 *
 * <p>Every 2xx response is read as an answer, although the gateway uses only 200 and 246: some
 * compatible servers answer a POST with 201.
 */
final class ResponseReader {

  /** The status of an answer that a guardrail flagged and let pass. */
  private static final int GUARDRAIL_FLAGGED = 246;

  private final StatusClassifier classifier;
  private final AnswerStream.Rules rules;
  private final int maxBytes;

  ResponseReader(StatusClassifier classifier, AnswerStream.Rules rules) {
    this.classifier = classifier;
    this.rules = rules;
    this.maxBytes = rules.maxBytes();
  }

  /**
   * Reads a response that was kept as a whole.
   *
   * @param body what was received of the body, decompressed
   * @param cut whether the body was cut because it exceeds the maximum size
   */
  AttemptResult read(int status, MultiMap headers, byte[] body, boolean cut) {
    AnswerJson.Document read = rules.json().read(body);
    if (status < 200 || status >= 300) {
      return rejected(status, headers, read.first(), classifier.classify(status, headers, body));
    }
    if (cut) {
      return rejected(status, headers, read.first(), classifier.tooLarge(status, maxBytes));
    }
    ErrorBody fault = read.roots().isEmpty() ? null : ErrorBody.fault(read.roots().get(0));
    if (fault != null) {
      boolean generated = AnswerDecoder.generated(read.roots().get(0));
      return rejected(
          status,
          headers,
          read.first(),
          classifier.fault(status, headers, fault, false, generated, body));
    }
    StreamEnd end = read.fault() == null ? AnswerStream.read(rules, read.roots()) : null;
    if (end instanceof StreamEnd.Complete complete) {
      return answered(
          status, headers, complete.answer(), AnswerJson.write(complete.answer()), body);
    }
    if (end instanceof StreamEnd.Truncated cutOff) {
      return invalid(
          status, headers, read.first(), "the answer is not whole: " + cutOff.how(), body);
    }
    if (end != null) {
      return rejected(status, headers, read.first(), error(status, headers, end, true, body));
    }
    ObjectNode answer = read.object();
    return answer == null
        ? invalid(status, headers, read.first(), fault(read), body)
        : answered(status, headers, answer, read.text(), body);
  }

  private static String fault(AnswerJson.Document read) {
    if (read.fault() != null) {
      return "the answer is " + read.fault();
    }
    return read.first() == null
        ? "the answer is not a JSON object"
        : "the answer goes on after its JSON object";
  }

  /**
   * Makes the result from the end of a streamed response.
   *
   * @param begin the beginning of the stream, for an excerpt
   */
  AttemptResult read(
      int status, MultiMap headers, AnswerStream stream, StreamEnd end, byte[] begin) {
    if (end instanceof StreamEnd.Complete complete) {
      String body = AnswerJson.write(complete.answer());
      return exceeds(maxBytes, body)
          ? unanswered(status, headers, stream, classifier.tooLarge(status, maxBytes))
          : answered(status, headers, complete.answer(), body, begin);
    }
    return unanswered(
        status, headers, stream, error(status, headers, end, stream.generated(), begin));
  }

  /** Whether the text has more than this many bytes in UTF-8, where a char has at most three. */
  private static boolean exceeds(int maxBytes, String text) {
    return text.length() > maxBytes
        || (text.length() > maxBytes / 3
            && text.getBytes(StandardCharsets.UTF_8).length > maxBytes);
  }

  /** Returns the result of a response that yielded no answer, for whatever reason. */
  AttemptResult unanswered(int status, MultiMap headers, AnswerStream stream, AttemptError error) {
    return new AttemptResult.Rejected(
        error, signals(headers), stream.served(details(status, headers)));
  }

  private AttemptResult answered(
      int status, MultiMap headers, ObjectNode answer, String text, byte[] body) {
    try {
      return new AttemptResult.Answered(
          AnswerDecoder.decode(answer, text, details(status, headers)), signals(headers));
    } catch (InvalidAnswerException e) {
      return invalid(status, headers, answer, e.fault(), body);
    }
  }

  private AttemptResult invalid(
      int status, MultiMap headers, @Nullable ObjectNode said, String fault, byte[] body) {
    return rejected(status, headers, said, classifier.invalid(status, fault, body));
  }

  private AttemptResult rejected(
      int status, MultiMap headers, @Nullable ObjectNode said, AttemptError error) {
    return new AttemptResult.Rejected(
        error, signals(headers), AnswerDecoder.served(said, details(status, headers)));
  }

  private RateSignals signals(MultiMap headers) {
    return RateHeaders.read(headers, rules.clock());
  }

  private AttemptError error(
      int status, MultiMap headers, StreamEnd end, boolean generated, byte[] begin) {
    if (end instanceof StreamEnd.Unreadable unreadable) {
      return classifier.invalid(status, unreadable.fault(), unreadable.data());
    }
    if (end instanceof StreamEnd.Failed failed) {
      return classifier.fault(status, headers, failed.error(), true, generated, failed.data());
    }
    return end instanceof StreamEnd.Truncated cutOff
        ? classifier.cutOff(status, cutOff.how(), begin)
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

  /**
   * Returns the value of a header, or null if it is absent or blank. The gateway sends some headers
   * with an empty value, which means the same as their absence.
   */
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
