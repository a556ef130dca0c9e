// SPDX-License-Identifier: Apache-2.0
package io.completionworker.dialects;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.Choice;
import io.completionworker.avro.ChoiceDelta;
import io.completionworker.avro.ToolCallDelta;
import io.completionworker.completion.Answer;
import io.completionworker.completion.Chunk.ChunkDelta;
import io.completionworker.completion.port.CompletionClient.DeltaSink;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Deltas of an attempt, put together as a reader of chunks does: pieces of one index are joined.
 */
final class ChunkSum implements DeltaSink {

  private final ConcurrentLinkedQueue<ChunkDelta> deltas = new ConcurrentLinkedQueue<>();

  @Override
  public boolean accept(ChunkDelta delta, Runnable resume) {
    deltas.add(delta);
    return true;
  }

  /** Fails unless text and tool calls are those of the answer. */
  void assertAddsUpTo(Answer answer) {
    for (Choice choice : answer.choices()) {
      List<ChoiceDelta> pieces =
          deltas.stream()
              .flatMap(delta -> delta.choices().stream())
              .filter(piece -> piece.getIndex() == choice.getIndex())
              .toList();
      assertThat(text(pieces))
          .as("text of the chunks")
          .isEqualTo(orEmpty(choice.getMessage().getContent()));
      var calls = choice.getMessage().getToolCalls();
      assertThat(calls(pieces))
          .as("tool calls of the chunks")
          .isEqualTo(
              calls == null
                  ? List.of()
                  : calls.stream()
                      .map(
                          call ->
                              call.getFunction().getName()
                                  + " "
                                  + call.getFunction().getArguments())
                      .toList());
    }
  }

  private static String text(List<ChoiceDelta> pieces) {
    StringBuilder text = new StringBuilder();
    pieces.forEach(piece -> text.append(orEmpty(piece.getContent())));
    return text.toString();
  }

  private static List<String> calls(List<ChoiceDelta> pieces) {
    Map<Integer, StringBuilder> names = new TreeMap<>();
    Map<Integer, StringBuilder> arguments = new TreeMap<>();
    for (ChoiceDelta piece : pieces) {
      if (piece.getToolCalls() != null) {
        for (ToolCallDelta call : piece.getToolCalls()) {
          names
              .computeIfAbsent(call.getIndex(), index -> new StringBuilder())
              .append(orEmpty(call.getName()));
          arguments
              .computeIfAbsent(call.getIndex(), index -> new StringBuilder())
              .append(orEmpty(call.getArguments()));
        }
      }
    }
    return names.keySet().stream()
        .map(index -> names.get(index) + " " + arguments.get(index))
        .toList();
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
