// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.stream;

import io.completionworker.avro.ChoiceDelta;
import io.completionworker.avro.ToolCallDelta;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the halves of a character together that a provider splits over two deltas. A half alone
 * cannot be written, and each delta may become a record of its own. The first half is held back
 * until the next piece of the same text or the end of its choice. Not thread-safe.
 */
final class SplitCharacters {

  private static final int CONTENT = -1;
  private static final int REFUSAL = -2;
  private static final int REASONING = -3;

  private final Map<Place, Character> held = new HashMap<>();

  /**
   * A text of a choice.
   *
   * @param text index of the tool call whose arguments the text is, or one of the constants above
   */
  private record Place(int choice, int text) {}

  /** Returns the deltas with whole characters. */
  List<ChoiceDelta> whole(List<ChoiceDelta> deltas) {
    return held.isEmpty() && deltas.stream().noneMatch(SplitCharacters::splits)
        ? deltas
        : deltas.stream().map(this::whole).toList();
  }

  private static boolean splits(ChoiceDelta delta) {
    return splits(delta.getContent())
        || splits(delta.getRefusal())
        || splits(delta.getReasoningContent())
        || (delta.getToolCalls() != null
            && delta.getToolCalls().stream().anyMatch(call -> splits(call.getArguments())));
  }

  private static boolean splits(@Nullable String text) {
    return text != null
        && !text.isEmpty()
        && Character.isHighSurrogate(text.charAt(text.length() - 1));
  }

  private ChoiceDelta whole(ChoiceDelta delta) {
    int choice = delta.getIndex();
    boolean ends = delta.getFinishReason() != null;
    return ChoiceDelta.newBuilder(delta)
        .setContent(whole(new Place(choice, CONTENT), delta.getContent(), ends))
        .setRefusal(whole(new Place(choice, REFUSAL), delta.getRefusal(), ends))
        .setReasoningContent(whole(new Place(choice, REASONING), delta.getReasoningContent(), ends))
        .setToolCalls(calls(choice, delta.getToolCalls(), ends))
        .build();
  }

  private @Nullable List<ToolCallDelta> calls(
      int choice, @Nullable List<ToolCallDelta> pieces, boolean ends) {
    List<ToolCallDelta> calls = new ArrayList<>();
    for (ToolCallDelta piece : pieces == null ? List.<ToolCallDelta>of() : pieces) {
      Place place = new Place(choice, piece.getIndex());
      calls.add(
          ToolCallDelta.newBuilder(piece)
              .setArguments(whole(place, piece.getArguments(), false))
              .build());
    }
    if (ends) {
      held.entrySet().stream()
          .filter(half -> half.getKey().choice() == choice && half.getKey().text() >= 0)
          .map(half -> rest(half.getKey().text(), half.getValue()))
          .forEach(calls::add);
      held.keySet().removeIf(place -> place.choice() == choice);
    }
    return pieces == null && calls.isEmpty() ? null : calls;
  }

  private static ToolCallDelta rest(int index, char half) {
    return ToolCallDelta.newBuilder().setIndex(index).setArguments(String.valueOf(half)).build();
  }

  private @Nullable String whole(Place place, @Nullable String piece, boolean ends) {
    Character half = piece == null && !ends ? null : held.remove(place);
    String text = half == null ? piece : half + (piece == null ? "" : piece);
    if (text == null || ends || !splits(text)) {
      return text;
    }
    int last = text.length() - 1;
    held.put(place, text.charAt(last));
    return text.substring(0, last);
  }
}
