package io.completionworker.gateway.stream;

import io.completionworker.avro.ChoiceDelta;
import io.completionworker.avro.ChoiceLogprobs;
import io.completionworker.avro.FunctionCall;
import io.completionworker.avro.ResponseAudio;
import io.completionworker.avro.TokenLogprob;
import io.completionworker.avro.ToolCall;
import io.completionworker.avro.ToolCallDelta;
import io.completionworker.gateway.json.ChunkDecoder.Piece;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Puts together one choice of a streamed answer. */
final class ChoiceAssembly {

  final Text content = new Text();
  final Text refusal = new Text();
  final Text reasoning = new Text();
  private final Text functionName = new Text();
  private final Text functionArguments = new Text();
  private final Text audioData = new Text();
  private final Text transcript = new Text();
  private final ToolCallAssembly toolCalls = new ToolCallAssembly();
  private final List<String> annotations = new ArrayList<>();
  private @Nullable List<TokenLogprob> contentLogprobs;
  private @Nullable List<TokenLogprob> refusalLogprobs;
  private boolean hasLogprobs;
  private boolean hasFunctionCall;
  private boolean hasAudio;
  private String audioId = "";
  private @Nullable Long audioExpiresAt;
  private @Nullable String role;
  private @Nullable String finishReason;

  /**
   * Adds a piece.
   *
   * @return how many tool calls it begins
   */
  int add(Piece piece) {
    int begun = 0;
    ChoiceDelta delta = piece.delta();
    role = role == null && !"".equals(delta.getRole()) ? delta.getRole() : role;
    content.add(delta.getContent());
    refusal.add(delta.getRefusal());
    reasoning.add(piece.reasoning());
    if (delta.getToolCalls() != null) {
      for (ToolCallDelta call : delta.getToolCalls()) {
        begun += toolCalls.add(call) ? 1 : 0;
      }
    }
    if (delta.getFinishReason() != null) {
      finishReason = delta.getFinishReason();
    }
    if (delta.getLogprobs() != null) {
      add(delta.getLogprobs());
    }
    if (piece.functionCall() != null) {
      hasFunctionCall = true;
      functionName.addNew(piece.functionCall().getName());
      functionArguments.add(piece.functionCall().getArguments());
    }
    if (piece.audio() != null) {
      add(piece.audio());
    }
    if (piece.annotations() != null) {
      annotations.add(piece.annotations());
    }
    return begun;
  }

  private void add(ChoiceLogprobs piece) {
    hasLogprobs = true;
    contentLogprobs = joined(contentLogprobs, piece.getContent());
    refusalLogprobs = joined(refusalLogprobs, piece.getRefusal());
  }

  private static @Nullable List<TokenLogprob> joined(
      @Nullable List<TokenLogprob> soFar, @Nullable List<TokenLogprob> piece) {
    if (piece == null) {
      return soFar;
    }
    List<TokenLogprob> joined = soFar == null ? new ArrayList<>() : soFar;
    joined.addAll(piece);
    return joined;
  }

  private void add(ResponseAudio piece) {
    hasAudio = true;
    audioId = audioId.isEmpty() ? piece.getId() : audioId;
    audioExpiresAt = piece.getExpiresAt() == null ? audioExpiresAt : piece.getExpiresAt();
    audioData.add(piece.getData());
    transcript.add(piece.getTranscript());
  }

  String role() {
    return Objects.requireNonNullElse(role, "assistant");
  }

  @Nullable String finishReason() {
    return finishReason;
  }

  @Nullable List<ToolCall> toolCalls() {
    return toolCalls.toolCalls();
  }

  /** JSON arrays as they came. */
  List<String> annotations() {
    return annotations;
  }

  @Nullable ChoiceLogprobs logprobs() {
    return hasLogprobs ? new ChoiceLogprobs(contentLogprobs, refusalLogprobs) : null;
  }

  @Nullable FunctionCall functionCall() {
    return hasFunctionCall
        ? new FunctionCall(
            Objects.requireNonNullElse(functionName.value(), ""),
            Objects.requireNonNullElse(functionArguments.value(), ""))
        : null;
  }

  @Nullable ResponseAudio audio() {
    return hasAudio
        ? new ResponseAudio(audioId, audioData.value(), audioExpiresAt, transcript.value())
        : null;
  }
}
