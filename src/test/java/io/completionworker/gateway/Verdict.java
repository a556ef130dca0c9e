// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.completionworker.avro.Choice;
import io.completionworker.completion.Answer;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.gateway.limit.RetryAfter;
import io.completionworker.gateway.stream.AnswerStream;
import io.vertx.core.MultiMap;
import java.io.IOException;
import java.time.InstantSource;
import java.util.stream.Stream;

/** What the real reader makes of a response, and whether that is right by another reader. */
final class Verdict {

  private static final int MOST_BYTES = 1 << 20;

  private static final ResponseReader READER =
      new ResponseReader(
          new StatusClassifier(
              new RetryAfter(InstantSource.system(), () -> 0), new Redactor(Stream.empty())),
          new AnswerStream.Rules(MOST_BYTES, InstantSource.system()));

  private static final ObjectMapper TREES =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  static {
    TREES
        .getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(500)
                .maxNumberLength(MOST_BYTES)
                .maxNameLength(MOST_BYTES)
                .build());
  }

  private Verdict() {}

  static AttemptResult of(int status, MultiMap headers, byte[] body) {
    return READER.read(status, headers, body, false);
  }

  /** Fails when an answer has no messages or an error does not say what is wrong. */
  static void check(AttemptResult result, int status, byte[] body) throws IOException {
    if (result instanceof AttemptResult.Answered answered) {
      assertThat(status).isBetween(200, 299);
      answer(answered.answer(), TREES.readTree(answered.answer().body()));
    } else {
      AttemptError error = ((AttemptResult.Rejected) result).error();
      assertThat(error.reason()).isNotNull();
      assertThat(error.disposition()).isNotNull();
      assertThat(error.message()).isNotBlank().hasSizeLessThan(10_000);
      if (error.retryAfter() != null) {
        assertThat(error.retryAfter().isNegative()).isFalse();
      }
    }
  }

  private static void answer(Answer answer, JsonNode body) {
    JsonNode choices = body.path("choices");
    assertThat(choices.isArray()).isTrue();
    assertThat(answer.choices()).isNotEmpty().hasSize(choices.size());
    for (int i = 0; i < choices.size(); i++) {
      Choice choice = answer.choices().get(i);
      JsonNode message = choices.get(i).path("message");
      assertThat(message.isObject()).isTrue();
      if (message.path("content").isTextual()) {
        assertThat(choice.getMessage().getContent()).isEqualTo(message.path("content").asText());
      }
    }
  }
}
