// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.memory;

import io.completionworker.avro.Choice;
import io.completionworker.avro.ChoiceDelta;
import io.completionworker.avro.GatewayDetails;
import io.completionworker.avro.ResponseMessage;
import io.completionworker.avro.ToolCall;
import io.completionworker.avro.ToolCallDelta;
import io.completionworker.completion.Answer;
import io.completionworker.completion.Answer.Served;
import io.completionworker.completion.Chunk.ChunkDelta;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The form in which an answer is given again. Pure functions. */
public final class RememberedAnswer {

  private RememberedAnswer() {}

  /**
   * Returns an answer as other requests may have it: marked, and without what the gateway said
   * about the call of the first one, such as its trace.
   */
  static Answer of(Answer answer) {
    GatewayDetails first = answer.gateway();
    GatewayDetails gateway =
        GatewayDetails.newBuilder()
            .setStatus(first.getStatus())
            .setCacheStatus(Served.WORKER_HIT)
            .setProvider(first.getProvider())
            .setGuardrailFlagged(first.getGuardrailFlagged())
            .build();
    return new Answer(
        answer.id(),
        answer.created(),
        answer.model(),
        answer.choices(),
        answer.systemFingerprint(),
        answer.serviceTier(),
        answer.usage(),
        gateway,
        answer.body());
  }

  /**
   * Returns the whole answer as one event of a stream.
   *
   * @param now Unix time in milliseconds
   */
  public static ChunkDelta delta(Answer answer, long now) {
    return new ChunkDelta(
        answer.id(),
        answer.model(),
        answer.created(),
        answer.choices().stream().map(RememberedAnswer::delta).toList(),
        answer.usage(),
        now,
        answer.body().length());
  }

  private static ChoiceDelta delta(Choice choice) {
    ResponseMessage message = choice.getMessage();
    return ChoiceDelta.newBuilder()
        .setIndex(choice.getIndex())
        .setRole(message.getRole())
        .setContent(message.getContent())
        .setRefusal(message.getRefusal())
        .setToolCalls(deltas(message.getToolCalls()))
        .setFinishReason(choice.getFinishReason())
        .setLogprobs(choice.getLogprobs())
        .setReasoningContent(message.getReasoningContent())
        .build();
  }

  private static @Nullable List<ToolCallDelta> deltas(@Nullable List<ToolCall> calls) {
    if (calls == null) {
      return null;
    }
    List<ToolCallDelta> deltas = new ArrayList<>();
    for (ToolCall call : calls) {
      deltas.add(
          ToolCallDelta.newBuilder()
              .setIndex(deltas.size())
              .setId(call.getId())
              .setType(call.getType())
              .setName(call.getFunction() == null ? null : call.getFunction().getName())
              .setArguments(call.getFunction() == null ? null : call.getFunction().getArguments())
              .build());
    }
    return deltas;
  }
}
