// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.ContentPart;
import io.completionworker.avro.Message;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PromptsTest {

  private final List<CompletionRequest> requests = Prompts.read(null);

  @Test
  void shouldBeManyWithIdsOfTheirOwn() {
    assertThat(requests).hasSizeGreaterThanOrEqualTo(200);
    assertThat(requests).extracting(CompletionRequest::getRequestId).doesNotHaveDuplicates();
    // one question is asked again, to refresh the cache
    assertThat(requests.stream().map(CompletionRequest::getMessages).distinct().count())
        .isGreaterThanOrEqualTo(requests.size() - 1);
    assertThat(Prompts.lines()).hasSameSizeAs(requests);
  }

  @Test
  void shouldHaveAFewInvalidOnes() {
    assertThat(requests)
        .filteredOn(request -> request.getRequestId().startsWith("invalid-"))
        .hasSizeBetween(5, 12);
  }

  @Test
  void shouldHaveEveryKindOfMessage() {
    assertSome(r -> r.getMessages().size() > 3);
    for (String role : List.of("system", "developer", "user", "assistant", "tool", "function")) {
      assertSome(r -> r.getMessages().stream().anyMatch(m -> m.getRole().equals(role)));
    }
    for (String type : List.of("text", "image_url", "input_audio", "file", "refusal")) {
      assertSome(r -> parts(r).anyMatch(part -> part.getType().equals(type)));
    }
  }

  @Test
  void shouldHaveEveryKindOfTool() {
    assertSome(r -> r.getTools() != null && r.getTools().size() > 1);
    assertSome(r -> Boolean.TRUE.equals(r.getParallelToolCalls()));
    assertSome(r -> r.getToolChoice() != null && r.getToolChoice().getFunction() != null);
    for (String mode : List.of("none", "auto", "required")) {
      assertSome(r -> r.getToolChoice() != null && mode.equals(r.getToolChoice().getMode()));
    }
    assertSome(r -> r.getFunctions() != null && r.getFunctionCall() != null);
  }

  @Test
  void shouldUseEveryParameter() {
    assertSome(r -> hasFormat(r, "json_object"));
    assertSome(r -> hasFormat(r, "json_schema"));
    assertSome(r -> r.getN() != null && r.getN() > 1);
    List<Predicate<CompletionRequest>> used =
        List.of(
            r -> r.getLogprobs() != null && r.getTopLogprobs() != null,
            r -> r.getSeed() != null && r.getTopP() != null,
            r -> r.getStop() != null && r.getStop().size() == 4,
            r -> r.getLogitBias() != null,
            r -> r.getFrequencyPenalty() != null && r.getPresencePenalty() != null,
            r -> r.getMaxTokens() != null || r.getMaxCompletionTokens() != null,
            r -> r.getMetadata() != null && r.getStore() != null,
            r -> r.getUser() != null,
            r -> r.getReasoningEffort() != null,
            r -> r.getServiceTier() != null,
            r -> r.getPrediction() != null,
            r -> r.getModalities() != null && r.getAudio() != null,
            r -> r.getVerbosity() != null,
            r -> r.getExtraBody() != null,
            r -> r.getDeadlineMs() != null,
            r -> r.getPortkey() != null && r.getPortkey().getTraceId() != null,
            r -> r.getPortkey() != null && r.getPortkey().getParentSpanId() != null,
            r -> r.getPortkey() != null && r.getPortkey().getMetadata() != null);
    used.forEach(this::assertSome);
  }

  @Test
  void shouldTakeAnotherModelForAll() {
    assertThat(Prompts.read("llama3"))
        .extracting(CompletionRequest::getModel)
        .containsOnly("llama3");
    assertThat(requests).extracting(CompletionRequest::getModel).contains("gpt-4o", "o4-mini");
  }

  private void assertSome(Predicate<CompletionRequest> predicate) {
    assertThat(requests).anyMatch(predicate);
  }

  private static boolean hasFormat(CompletionRequest request, String type) {
    return request.getResponseFormat() != null
        && request.getResponseFormat().getType().equals(type);
  }

  private static Stream<ContentPart> parts(CompletionRequest request) {
    return request.getMessages().stream()
        .map(Message::getContent)
        .filter(List.class::isInstance)
        .flatMap(content -> ((List<?>) content).stream())
        .map(ContentPart.class::cast);
  }
}
