// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tracing;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.Message;
import io.completionworker.codec.headers.GatewayHeaders;
import io.completionworker.codec.headers.OutputHeaders;
import io.completionworker.codec.headers.TraceContexts;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.CompletionCall.CallScope;
import io.completionworker.completion.CompletionCall.TokenEstimate;
import io.completionworker.completion.CompletionCall.TraceContext;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.config.GatewayConfig.HeaderRules;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Calls as the codec makes them of records. */
final class TracedCalls {

  static final long ACCEPTED_AT = 1_700_000_000_005L;

  private TracedCalls() {}

  static CompletionRequest.Builder request() {
    return CompletionRequest.newBuilder()
        .setRequestId("order-1")
        .setModel("gpt-4o-mini")
        .setMessages(
            List.of(Message.newBuilder().setRole("user").setContent("my \"prompt\"").build()));
  }

  static SourceRecord source(RecordHeader... headers) {
    RecordPosition position = new RecordPosition("completion-requests", 3, 42);
    return new SourceRecord(
        position, null, new byte[] {1}, List.of(headers), 1_700_000_000_000L, ACCEPTED_AT, 0);
  }

  static CompletionCall call(RecordHeader... headers) {
    return call(request().build(), headers);
  }

  static CompletionCall call(CompletionRequest request, RecordHeader... headers) {
    SourceRecord source = source(headers);
    GatewayHeaders.Found found =
        new GatewayHeaders(new HeaderRules(Map.of(), Set.of(), false)).read(source, null);
    TraceContext trace = TraceContexts.of(source, found);
    return new CompletionCall(
        source,
        "order-1",
        request,
        TraceContexts.wire(found, trace),
        OutputHeaders.of(source, trace),
        trace,
        new CallScope("credential", null, request.getModel()),
        TokenEstimate.NONE,
        Long.MAX_VALUE);
  }
}
