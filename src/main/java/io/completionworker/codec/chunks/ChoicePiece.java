// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec.chunks;

import io.completionworker.avro.ChoiceDelta;
import io.completionworker.avro.ChoiceLogprobs;
import io.completionworker.avro.TokenLogprob;
import io.completionworker.avro.ToolCallDelta;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Joins the deltas of one choice, in the order they came. One thread. */
final class ChoicePiece {

  private final int index;
  private final Map<Integer, ToolCallDelta> toolCalls = new TreeMap<>();
  private final List<TokenLogprob> contentLogprobs = new ArrayList<>();
  private final List<TokenLogprob> refusalLogprobs = new ArrayList<>();
  private @Nullable String role;
  private @Nullable StringBuilder content;
  private @Nullable StringBuilder refusal;
  private @Nullable StringBuilder reasoning;
  private @Nullable String finishReason;
  private boolean logprobs;

  ChoicePiece(int index) {
    this.index = index;
  }

  void add(ChoiceDelta delta) {
    role = delta.getRole() == null ? role : delta.getRole();
    finishReason = delta.getFinishReason() == null ? finishReason : delta.getFinishReason();
    content = joined(content, delta.getContent());
    refusal = joined(refusal, delta.getRefusal());
    reasoning = joined(reasoning, delta.getReasoningContent());
    if (delta.getToolCalls() != null) {
      delta
          .getToolCalls()
          .forEach(call -> toolCalls.merge(call.getIndex(), call, ChoicePiece::joined));
    }
    ChoiceLogprobs more = delta.getLogprobs();
    if (more != null) {
      logprobs = true;
      addAll(contentLogprobs, more.getContent());
      addAll(refusalLogprobs, more.getRefusal());
    }
  }

  ChoiceDelta build() {
    return ChoiceDelta.newBuilder()
        .setIndex(index)
        .setRole(role)
        .setContent(content == null ? null : content.toString())
        .setRefusal(refusal == null ? null : refusal.toString())
        .setToolCalls(toolCalls.isEmpty() ? null : List.copyOf(toolCalls.values()))
        .setFinishReason(finishReason)
        .setLogprobs(
            logprobs
                ? ChoiceLogprobs.newBuilder()
                    .setContent(orNull(contentLogprobs))
                    .setRefusal(orNull(refusalLogprobs))
                    .build()
                : null)
        .setReasoningContent(reasoning == null ? null : reasoning.toString())
        .build();
  }

  private static ToolCallDelta joined(ToolCallDelta first, ToolCallDelta next) {
    return ToolCallDelta.newBuilder(first)
        .setId(first.getId() == null ? next.getId() : first.getId())
        .setType(first.getType() == null ? next.getType() : first.getType())
        .setName(concatenated(first.getName(), next.getName()))
        .setArguments(concatenated(first.getArguments(), next.getArguments()))
        .build();
  }

  private static @Nullable String concatenated(@Nullable String first, @Nullable String next) {
    return first == null ? next : next == null ? first : first + next;
  }

  private static @Nullable StringBuilder joined(
      @Nullable StringBuilder before, @Nullable String next) {
    if (next == null) {
      return before;
    }
    return (before == null ? new StringBuilder() : before).append(next);
  }

  private static void addAll(List<TokenLogprob> all, @Nullable List<TokenLogprob> more) {
    if (more != null) {
      all.addAll(more);
    }
  }

  private static @Nullable List<TokenLogprob> orNull(List<TokenLogprob> all) {
    return all.isEmpty() ? null : all;
  }
}
