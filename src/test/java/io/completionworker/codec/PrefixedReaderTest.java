// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.ContentPart;
import io.completionworker.avro.FunctionDefinition;
import io.completionworker.avro.ImageUrl;
import io.completionworker.avro.Message;
import io.completionworker.avro.Tool;
import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.completion.port.RequestReader.Reading;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Which prompts begin alike. */
class PrefixedReaderTest {

  private static final int MIN_TOKENS = 100;
  private static final String LONG = "Be brief and kind. ".repeat(30); // about 140 tokens
  private static final String SHORT = "Be brief.";

  @Test
  void shouldFindWhatOtherPromptsShare() {
    List<String> one = prefixes(message("system", LONG), message("user", "One?"));
    List<String> other = prefixes(message("system", LONG), message("user", "Another?"));

    assertThat(one).hasSize(1).isEqualTo(other);
    assertThat(prefixes(message("system", LONG + "x"), message("user", "One?")))
        .doesNotContainAnyElementsOf(one);
    assertThat(prefixes(message("user", LONG), message("user", "One?")))
        .as("the role")
        .doesNotContainAnyElementsOf(one);
  }

  @Test
  void shouldHaveAPrefixForEachMessageThatIsFarEnough() {
    List<String> one =
        prefixes(
            message("system", SHORT),
            message("user", LONG),
            message("assistant", "Yes."),
            message("user", "One?"));
    List<String> other =
        prefixes(
            message("system", SHORT),
            message("user", LONG),
            message("assistant", "No."),
            message("user", "One?"));

    assertThat(one).hasSize(2).doesNotHaveDuplicates();
    assertThat(other).hasSize(2).startsWith(one.get(0)).doesNotContain(one.get(1));
  }

  @Test
  void shouldHaveNoneForAShortPrompt() {
    assertThat(prefixes(message("system", SHORT), message("user", LONG))).hasSize(1);
    assertThat(prefixes(message("system", SHORT), message("user", SHORT))).isEmpty();
    assertThat(prefixes(message("system", "x ".repeat(100)), message("user", "Hi!"))).isEmpty();
  }

  @Test
  void shouldFindTheTemplateBeforeAQuestionInOneMessage() {
    String template = "Say whether this text is kind. ".repeat(60); // 1 860 characters
    List<String> one = prefixes(message("user", template + "You are nice."));
    List<String> other = prefixes(message("user", template + "Go away!"));

    assertThat(one).as("after 400, 800 and 1600 characters").hasSize(3).isEqualTo(other);
    assertThat(prefixes(message("user", "x" + template))).doesNotContainAnyElementsOf(one);
  }

  @Test
  void shouldFindTheDocumentBeforeAQuestionInTheSameMessage() {
    ContentPart document = ContentPart.newBuilder().setType("text").setText(LONG).build();
    ContentPart image =
        ContentPart.newBuilder()
            .setType("image_url")
            .setImageUrl(ImageUrl.newBuilder().setUrl("https://example.com/1.png").build())
            .build();
    List<String> one = prefixes(message("user", List.of(document, image, text("What is it?"))));
    List<String> other = prefixes(message("user", List.of(document, image, text("Where?"))));

    assertThat(one).hasSize(2).isEqualTo(other);
    assertThat(prefixes(message("user", List.of(document, text("What?"), image))))
        .startsWith(one.get(0))
        .doesNotContain(one.get(1));
  }

  @Test
  void shouldCountToolsBeforeTheMessages() {
    Consumer<CompletionRequest.Builder> tools = request -> request.setTools(List.of(tool(LONG)));
    Message[] messages = {message("system", SHORT), message("user", "One?")};
    List<String> withTools = prefixes(tools, messages);

    assertThat(withTools).as("the tools, and the system message").hasSize(2);
    assertThat(prefixes(request -> request.setTools(List.of(tool(LONG + "x"))), messages))
        .doesNotContainAnyElementsOf(withTools);
    assertThat(prefixes(tools, message("user", "Another?"))).containsExactly(withTools.get(0));
  }

  @Test
  void shouldHaveAPrefixWithinATextThatIsTheOnlyPart() {
    List<String> one = prefixes(message("user", List.of(text(LONG.repeat(3) + "One?"))));
    List<String> other = prefixes(message("user", List.of(text(LONG.repeat(3) + "Another?"))));

    assertThat(one).isNotEmpty().isEqualTo(other);
  }

  @Test
  void shouldKeepTheShortestAndTheLongestOfMany() {
    List<Message> messages = new ArrayList<>();
    messages.add(message("system", LONG));
    for (int i = 0; i < 40; i++) {
      messages.add(message(i % 2 == 0 ? "user" : "assistant", "Turn " + i));
    }
    List<String> all = prefixes(messages.toArray(Message[]::new));
    Collections.swap(messages, 20, 22);
    List<String> other = prefixes(messages.toArray(Message[]::new));

    assertThat(all).hasSize(PromptPrefixes.MOST).doesNotHaveDuplicates();
    assertThat(other.subList(0, 4)).isEqualTo(all.subList(0, 4));
    assertThat(other.subList(4, 8)).doesNotContainAnyElementsOf(all);
  }

  @Test
  void shouldTellApartWhatProvidersKeepApart() {
    Message[] messages = {message("system", LONG), message("user", "One?")};
    List<String> shown = new ArrayList<>(prefixes(messages));
    shown.addAll(prefixes(request -> request.setModel("gpt-4o"), messages));
    shown.addAll(
        prefixes(request -> request.setExtraBody("{\"prompt_cache_key\":\"a\"}"), messages));
    shown.addAll(
        prefixes(request -> request.setExtraBody("{\"prompt_cache_key\":\"b\"}"), messages));
    shown.addAll(
        read(request(request -> {}, messages), RecordHeader.of("x-portkey-virtual-key", "vk-1")));

    assertThat(shown).hasSize(5).doesNotHaveDuplicates();
    assertThat(shown).allMatch(hash -> hash.matches("[0-9a-f]{32}"));
  }

  @Test
  void shouldIgnoreWhatIsNotInThePrompt() {
    Message[] messages = {message("system", LONG), message("user", "One?")};
    List<String> plain = prefixes(messages);

    assertThat(
            prefixes(
                request ->
                    request
                        .setRequestId("r-1")
                        .setUser("u")
                        .setTemperature(0.5)
                        .setMaxTokens(5)
                        .setExtraBody("{\"top_k\":5}"),
                messages))
        .isEqualTo(plain);
  }

  @Test
  void shouldTellApartWhatOtherParametersAddToThePrompt() {
    List<String> plain = extended("{\"top_k\":5}");
    List<String> text = extended("{\"response_format\":{\"type\":\"text\"}}");
    List<String> json = extended("{\"response_format\":{\"type\":\"json_object\"}}");

    assertThat(text).hasSize(1).isEqualTo(extended("{\"response_format\":{\"type\":\"text\"}}"));
    assertThat(json).hasSize(1).isNotEqualTo(text);
    assertThat(plain).hasSize(1).isNotEqualTo(text).isNotEqualTo(json);
  }

  private static List<String> extended(String extraBody) {
    return prefixes(
        request -> request.setExtraBody(extraBody),
        message("system", LONG),
        message("user", "One?"));
  }

  private static List<String> prefixes(Message... messages) {
    return prefixes(request -> {}, messages);
  }

  private static List<String> prefixes(
      Consumer<CompletionRequest.Builder> change, Message... messages) {
    return read(request(change, messages));
  }

  private static CompletionRequest request(
      Consumer<CompletionRequest.Builder> change, Message... messages) {
    CompletionRequest.Builder request =
        CompletionRequest.newBuilder().setModel("gpt-4o-mini").setMessages(List.of(messages));
    change.accept(request);
    return request.build();
  }

  private static List<String> read(CompletionRequest request, RecordHeader... headers) {
    Reading reading =
        new PrefixedReader(Fixtures.reader(Fixtures.RULES), MIN_TOKENS)
            .read(Fixtures.source(request, headers), false);
    assertThat(reading).isInstanceOf(Reading.Ready.class);
    return ((Reading.Ready) reading).call().prefixes();
  }

  private static Message message(String role, Object content) {
    return Message.newBuilder().setRole(role).setContent(content).build();
  }

  private static ContentPart text(String text) {
    return ContentPart.newBuilder().setType("text").setText(text).build();
  }

  private static Tool tool(String description) {
    FunctionDefinition function =
        FunctionDefinition.newBuilder().setName("find").setDescription(description).build();
    return Tool.newBuilder().setType("function").setFunction(function).build();
  }
}
