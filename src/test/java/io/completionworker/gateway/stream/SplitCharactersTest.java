// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.stream;

import static io.completionworker.gateway.stream.Events.DONE;
import static io.completionworker.gateway.stream.Events.choice;
import static io.completionworker.gateway.stream.Events.tool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.completionworker.avro.ChoiceDelta;
import io.completionworker.avro.ToolCallDelta;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SplitCharactersTest {

  @Test
  void shouldPassOnNoHalfOfACharacter() {
    String high = "\\ud83d";
    String low = "\\ude00";
    List<ChoiceDelta> deltas =
        passedOn(
            choice(0, "{\"content\":\"a" + high + "\"}", "null"),
            choice(1, "{\"content\":\"b\",\"refusal\":\"" + high + "\"}", "null"),
            choice(0, "{\"refusal\":\"no\"}", "null"),
            choice(0, "{\"content\":\"\"}", "null"),
            choice(0, "{\"content\":\"" + low + high + "\"}", "null"),
            choice(1, "{\"refusal\":\"" + low + "\"}", "\"stop\""),
            choice(0, "{\"content\":\"" + low + "\"}", "\"stop\""),
            DONE);

    assertThat(deltas)
        .extracting(ChoiceDelta::getContent)
        .containsExactly("a", "b", null, "", "\ud83d\ude00", null, "\ud83d\ude00");
    assertThat(deltas)
        .extracting(ChoiceDelta::getRefusal)
        .containsExactly(null, "", "no", null, null, "\ud83d\ude00", null);
  }

  @Test
  void shouldPassOnNoHalfOfACharacterInAToolCall() {
    List<ToolCallDelta> calls =
        passedOn(
                tool("{\"index\":0,\"id\":\"c\",\"function\":{\"arguments\":\"a\\ud83d\"}}"),
                tool("{\"index\":1,\"id\":\"d\",\"function\":{\"arguments\":\"\\ude00\"}}"),
                tool("{\"index\":0,\"function\":{\"arguments\":\"\\ude00\"}}"),
                tool("{\"index\":1,\"function\":{\"arguments\":\"\\ud83d\"}}"),
                choice(0, "{}", "\"tool_calls\""),
                DONE)
            .stream()
            .flatMap(
                choice ->
                    choice.getToolCalls() == null ? Stream.empty() : choice.getToolCalls().stream())
            .toList();

    assertThat(calls)
        .extracting(ToolCallDelta::getIndex, ToolCallDelta::getArguments)
        .containsExactly(
            tuple(0, "a"),
            tuple(1, "\ude00"),
            tuple(0, "\ud83d\ude00"),
            tuple(1, ""),
            tuple(1, "\ud83d"));
  }

  @Test
  void shouldGiveUpAHalfWhoseOtherHalfNeverComes() {
    List<ChoiceDelta> deltas =
        passedOn(
            choice(0, "{\"content\":\"a\\ud83d\"}", "null"),
            choice(0, "{\"content\":\"b\\ud83d\"}", "null"),
            choice(0, "{}", "\"stop\""),
            DONE);

    assertThat(deltas)
        .extracting(ChoiceDelta::getContent)
        .containsExactly("a", "\ud83db", "\ud83d");
  }

  private static List<ChoiceDelta> passedOn(String... events) {
    return StreamReading.of(events).deltas().stream()
        .flatMap(delta -> delta.choices().stream())
        .toList();
  }
}
