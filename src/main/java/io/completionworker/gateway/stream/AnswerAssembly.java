package io.completionworker.gateway.stream;

import io.completionworker.avro.TokenUsage;
import io.completionworker.gateway.json.ChunkDecoder.Chunk;
import io.completionworker.gateway.json.ChunkDecoder.Piece;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Puts together the answer that a stream brings in chunks. */
final class AnswerAssembly {

  /** So that no stream can fill the memory with choices that are empty. */
  private static final long EACH_CHOICE = 512;

  private static final long EACH_TOOL_CALL = 128;

  private final TreeMap<Integer, ChoiceAssembly> choices = new TreeMap<>();
  private long toolCalls;
  private @Nullable String id;
  private @Nullable String model;
  private @Nullable Long created;
  private @Nullable String systemFingerprint;
  private @Nullable String serviceTier;
  private @Nullable String usage;
  private @Nullable TokenUsage reported;

  /** Adds a chunk. Names of the answer count where they first come, all else where it last does. */
  void add(Chunk chunk) {
    describe(chunk);
    for (Piece piece : chunk.pieces()) {
      ChoiceAssembly choice =
          choices.computeIfAbsent(piece.delta().getIndex(), index -> new ChoiceAssembly());
      toolCalls += choice.add(piece);
    }
  }

  /** Takes from a chunk what it says of the answer as a whole. */
  void describe(Chunk chunk) {
    id = id == null && !"".equals(chunk.id()) ? chunk.id() : id;
    model = model == null && !"".equals(chunk.model()) ? chunk.model() : model;
    created = chunk.created() == null || chunk.created() == 0 ? created : chunk.created();
    systemFingerprint =
        chunk.systemFingerprint() == null ? systemFingerprint : chunk.systemFingerprint();
    serviceTier = chunk.serviceTier() == null ? serviceTier : chunk.serviceTier();
    if (chunk.usageText() != null) {
      usage = chunk.usageText(); // never a sum
      reported = chunk.usage();
    }
  }

  /**
   * What is missing of the answer, in words; null when it is whole.
   *
   * @param expected choices that were asked for
   */
  @Nullable String missing(int expected) {
    if (choices.isEmpty()) {
      return "there is no choice";
    }
    for (Map.Entry<Integer, ChoiceAssembly> choice : choices.entrySet()) {
      if (choice.getValue().finishReason() == null) {
        return "choice " + choice.getKey() + " has no finish_reason";
      }
    }
    return choices.size() < expected
        ? "there are " + choices.size() + " choices of " + expected
        : null;
  }

  /** What the choices and their tool calls need apart from what is in them. */
  long overhead() {
    return EACH_CHOICE * Math.max(0, choices.size() - 1) + EACH_TOOL_CALL * toolCalls;
  }

  Map<Integer, ChoiceAssembly> choices() {
    return choices;
  }

  @Nullable String id() {
    return id;
  }

  @Nullable String model() {
    return model;
  }

  @Nullable Long created() {
    return created;
  }

  @Nullable String systemFingerprint() {
    return systemFingerprint;
  }

  @Nullable String serviceTier() {
    return serviceTier;
  }

  /** JSON object of the last counts, as it came. */
  @Nullable String usage() {
    return usage;
  }

  /** The last counts, read. */
  @Nullable TokenUsage reported() {
    return reported;
  }
}
