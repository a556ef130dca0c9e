// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.port.CompletionClient;
import io.completionworker.completion.port.CompletionClient.DeltaSink;
import io.completionworker.completion.port.CompletionClient.OpenCall;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the dispatcher relies on, whoever makes the attempts: never throws, never blocks, ends. */
@Timeout(60)
abstract class CompletionClientContract {

  /** A client whose endpoint answers at once. */
  abstract CompletionClient answering() throws Exception;

  /** A client whose endpoint takes the call and stays silent, with short patience. */
  abstract CompletionClient impatientWithSilence() throws Exception;

  /** A client whose endpoint stays silent, with long patience. */
  abstract CompletionClient patientWithSilence() throws Exception;

  /** A client whose endpoint cannot be reached. */
  abstract CompletionClient unreachable() throws Exception;

  /** Closes the client that was asked for last. */
  abstract void closeClient() throws Exception;

  @Test
  void shouldEndWithAnAnswer() throws Exception {
    assertThat(result(answering().attempt(Calls.hello())))
        .isInstanceOf(AttemptResult.Answered.class);
  }

  @Test
  void shouldEndWhenNothingIsEverAnswered() throws Exception {
    assertThat(result(impatientWithSilence().attempt(Calls.hello())))
        .isInstanceOf(AttemptResult.Rejected.class);
  }

  @Test
  void shouldEndWhenNobodyIsThere() throws Exception {
    assertThat(result(unreachable().attempt(Calls.hello())))
        .isInstanceOf(AttemptResult.Rejected.class);
  }

  @Test
  void shouldNotThrowAtACallThatCannotBeSent() throws Exception {
    CompletionClient client = answering();
    CompletionRequest broken =
        CompletionRequest.newBuilder(Calls.hello().request()).setExtraBody("not JSON").build();

    for (CompletionCall call :
        List.of(
            Calls.of(broken, Map.of()), Calls.hello(Map.of("x-portkey-span-name", "a\r\nb: c")))) {
      assertThat(result(client.attempt(call))).isInstanceOf(AttemptResult.Rejected.class);
    }
  }

  @Test
  void shouldReturnBeforeTheAttemptHasEnded() throws Exception {
    CompletionClient client = patientWithSilence();
    List<CompletionStage<AttemptResult>> stages =
        IntStream.range(0, 100).mapToObj(i -> client.attempt(Calls.hello())).toList();

    assertThat(stages).noneMatch(stage -> stage.toCompletableFuture().isDone());

    closeClient();
    for (CompletionStage<AttemptResult> stage : stages) {
      assertThat(result(stage)).isInstanceOf(AttemptResult.Rejected.class);
    }
  }

  @Test
  void shouldEndAttemptsThatAreCancelled() throws Exception {
    CompletionClient client = patientWithSilence();
    List<OpenCall> calls =
        IntStream.range(0, 100).mapToObj(i -> client.open(Calls.hello(), DeltaSink.NONE)).toList();

    calls.forEach(OpenCall::cancel);

    for (OpenCall call : calls) {
      assertThat(result(call.result())).isInstanceOf(AttemptResult.Rejected.class);
    }
    closeClient();
    calls.forEach(OpenCall::cancel);
  }

  @Test
  void shouldEndAttemptsOfAClosedClient() throws Exception {
    CompletionClient client = answering();
    closeClient();

    assertThat(result(client.attempt(Calls.hello()))).isInstanceOf(AttemptResult.Rejected.class);
  }

  @Test
  void shouldEndEveryAttemptOfManyThreads() throws Exception {
    CompletionClient client = answering();
    var stages =
        IntStream.range(0, 1000).parallel().mapToObj(i -> client.attempt(Calls.hello())).toList();

    for (CompletionStage<AttemptResult> stage : stages) {
      assertThat(result(stage)).isInstanceOf(AttemptResult.Answered.class);
    }
  }

  static AttemptResult result(CompletionStage<AttemptResult> stage) throws Exception {
    return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
  }
}
