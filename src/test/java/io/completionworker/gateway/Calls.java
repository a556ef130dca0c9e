// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.Message;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.CompletionCall.CallScope;
import io.completionworker.completion.CompletionCall.TokenEstimate;
import io.completionworker.completion.CompletionCall.TraceContext;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordPosition;
import java.util.List;
import java.util.Map;

/** Calls to make attempts of. */
public final class Calls {

  private Calls() {}

  static CompletionCall hello() {
    return hello(Map.of());
  }

  static CompletionCall hello(Map<String, String> wireHeaders) {
    return of(
        CompletionRequest.newBuilder()
            .setModel("m")
            .setMessages(List.of(Message.newBuilder().setRole("user").setContent("Hello").build()))
            .build(),
        wireHeaders);
  }

  public static CompletionCall of(CompletionRequest request, Map<String, String> wireHeaders) {
    var position = new RecordPosition("completion-requests", 0, 0);
    return new CompletionCall(
        new SourceRecord(position, new byte[0], new byte[0], List.of(), 0, 0, 0),
        position.toString(),
        request,
        wireHeaders,
        List.of(),
        new TraceContext("t", "s", null, null, "00-0-0-01", null, null),
        new CallScope("credential", null, request.getModel()),
        TokenEstimate.NONE,
        Long.MAX_VALUE);
  }
}
