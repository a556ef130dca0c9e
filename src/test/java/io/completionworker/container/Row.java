// SPDX-License-Identifier: Apache-2.0
package io.completionworker.container;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.Message;
import io.completionworker.container.Outputs.Output;
import io.completionworker.container.RecordingProxy.Exchange;
import io.completionworker.demo.endpoint.RecordedCall;
import java.util.List;
import java.util.Map;

/**
 * One header or parameter: how a record sets it, and where it has to be seen afterwards.
 *
 * @param name as on the endpoint's page
 * @param said how the record says it, in Markdown
 * @param headers of the record
 */
record Row(
    String name,
    String said,
    CompletionRequest request,
    Map<String, String> headers,
    Place wire,
    Place effect,
    Place outputs) {

  /** The user's words that have the provider repeat what it was asked. */
  static final String ECHO = "Repeat: ";

  /** What was seen of one request, in the order of its way. */
  record Sighting(
      Exchange wire,
      RecordedCall provider,
      Output<CompletionResponse> response,
      Output<CompletionUsage> usage) {}

  /** Where something has to be seen. */
  interface Place {

    /**
     * Looks there.
     *
     * @return what was seen, in Markdown
     * @throws AssertionError when it is not what it has to be
     */
    String look(Sighting sighting);
  }

  /** A request with nothing but an id and these words. */
  static CompletionRequest.Builder request(String id, String words) {
    return CompletionRequest.newBuilder()
        .setRequestId(id)
        .setModel("gpt-4o-mini")
        .setMessages(List.of(Message.newBuilder().setRole("user").setContent(words).build()));
  }

  String id() {
    return request.getRequestId();
  }

  /** The line of the page. */
  String line(Sighting sighting) {
    return "| `"
        + String.join(
            " | ",
            name + "`",
            said,
            wire.look(sighting),
            effect.look(sighting),
            outputs.look(sighting))
        + " |";
  }
}
