package io.completionworker.gateway.stream;

import io.completionworker.avro.ChoiceDelta;
import io.completionworker.avro.ChoiceLogprobs;
import io.completionworker.avro.TokenLogprob;
import io.completionworker.avro.ToolCallDelta;
import io.completionworker.gateway.json.ChunkDecoder.Chunk;
import io.completionworker.gateway.json.ChunkDecoder.Piece;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Size of an answer while it comes: a byte for each character that is kept, and what JSON puts
 * around it. Chunks repeat so much that the bytes of the stream would say nothing of it.
 */
final class AssemblySize {

  /** Of an object with its usual names. */
  private static final int OBJECT = 32;

  /** Of one number of a list. */
  private static final int NUMBER = 4;

  private long bytes;

  void add(Chunk chunk) {
    for (Piece piece : chunk.pieces()) {
      add(piece);
    }
  }

  long bytes() {
    return bytes;
  }

  private void add(Piece piece) {
    ChoiceDelta delta = piece.delta();
    add(delta.getContent());
    add(delta.getRefusal());
    add(piece.reasoning());
    bytes += piece.annotations() == null ? 0 : OBJECT + piece.annotations().length();
    if (delta.getToolCalls() != null) {
      for (ToolCallDelta call : delta.getToolCalls()) {
        add(call.getName());
        add(call.getArguments());
        bytes += call.getId() == null ? 0 : OBJECT + call.getId().length();
      }
    }
    if (piece.functionCall() != null) {
      add(piece.functionCall().getName());
      add(piece.functionCall().getArguments());
    }
    if (piece.audio() != null) {
      add(piece.audio().getData());
      add(piece.audio().getTranscript());
    }
    ChoiceLogprobs logprobs = delta.getLogprobs();
    if (logprobs != null) {
      add(logprobs.getContent());
      add(logprobs.getRefusal());
    }
  }

  private void add(@Nullable List<TokenLogprob> tokens) {
    if (tokens == null) {
      return;
    }
    for (TokenLogprob token : tokens) {
      add(token.getToken(), token.getBytes());
      token.getTopLogprobs().forEach(top -> add(top.getToken(), top.getBytes()));
    }
  }

  private void add(String token, @Nullable List<Integer> numbers) {
    bytes += OBJECT + token.length() + (numbers == null ? 0L : (long) NUMBER * numbers.size());
  }

  private void add(@Nullable String text) {
    bytes += text == null ? 0 : text.length();
  }
}
