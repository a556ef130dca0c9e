// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tracing;

import io.completionworker.completion.Attempt;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.RecordPosition;
import io.completionworker.completion.SourceRecord;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.util.List;

/** Name and attributes of a request's span. */
final class RequestAttributes {

  private static final String PROCESS = "process";

  private RequestAttributes() {}

  static String name(SourceRecord source) {
    return PROCESS + " " + source.position().topic();
  }

  static Attributes ofSource(SourceRecord source) {
    RecordPosition position = source.position();
    return Attributes.builder()
        .put(SpanAttributes.SYSTEM, "kafka")
        .put(SpanAttributes.OPERATION, PROCESS)
        .put(SpanAttributes.OPERATION_TYPE, PROCESS)
        .put(SpanAttributes.DESTINATION, position.topic())
        .put(SpanAttributes.PARTITION, String.valueOf(position.partition()))
        .put(SpanAttributes.OFFSET, position.offset())
        .build();
  }

  static Attributes ofOutcome(Outcome outcome, String group) {
    AttributesBuilder attributes =
        ofSource(outcome.source()).toBuilder()
            .put(SpanAttributes.GROUP, group)
            .put(SpanAttributes.RECOVERED, outcome.recovered());
    String requestId = outcome.source().position().toString();
    List<Attempt> attempts = List.of();
    String name = "response";
    if (outcome instanceof Outcome.Completed completed) {
      requestId = completed.call().requestId();
      attempts = completed.attempts();
    } else if (outcome instanceof Outcome.Failed failed) {
      requestId = failed.call() == null ? requestId : failed.call().requestId();
      attempts = failed.attempts();
      name = failed.cause().reason().name();
      attributes.put(SpanAttributes.ERROR, name);
    } else if (outcome instanceof Outcome.DeadLettered deadLettered) {
      name = "dead-letter";
      attributes.put(SpanAttributes.ERROR, deadLettered.exception());
    }
    return attributes
        .put(SpanAttributes.REQUEST_ID, requestId)
        .put(SpanAttributes.OUTCOME, name)
        .put(SpanAttributes.ATTEMPTS, attempts.size())
        .build();
  }
}
