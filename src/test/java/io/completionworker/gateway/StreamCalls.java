// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.completion.Answer;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.AttemptResult.RateSignals;
import io.completionworker.completion.CompletionCall;
import io.completionworker.gateway.MisbehavingServer.Behaviour;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Calls for a streamed answer, and streams to answer them with. */
final class StreamCalls {

  static final byte[] USAGE = RecordedAnswer.of("stream-usage").bytes();

  private StreamCalls() {}

  static CompletionCall streamed() {
    return streamed(1);
  }

  static CompletionCall streamed(int choices) {
    return Calls.of(
        CompletionRequest.newBuilder(Calls.hello().request()).setStream(true).setN(choices).build(),
        Map.of());
  }

  static byte[] events(String... events) {
    return ("data: " + String.join("\n\ndata: ", events) + "\n\n").getBytes(StandardCharsets.UTF_8);
  }

  static String choice(int index, String delta, String finishReason) {
    return "{\"id\":\"c-1\",\"choices\":[{\"index\":%d,\"delta\":%s,\"finish_reason\":%s}]}"
        .formatted(index, delta, finishReason);
  }

  static AttemptResult attempt(
      Clients clients, Behaviour behaviour, int choices, UnaryOperator<Settings> settings)
      throws Exception {
    MisbehavingServer server = clients.server(behaviour);
    GatewayClient client = clients.client(settings.apply(Settings.at(server.url())));
    return Clients.attempt(client, streamed(choices));
  }

  static Answer answer(AttemptResult result) {
    assertThat(result).isInstanceOf(AttemptResult.Answered.class);
    assertThat(result.signals().requests()).isEqualTo(new RateSignals.Window(null, 3L, null));
    return ((AttemptResult.Answered) result).answer();
  }

  static AttemptError error(AttemptResult result) {
    assertThat(result).isInstanceOf(AttemptResult.Rejected.class);
    return ((AttemptResult.Rejected) result).error();
  }
}
