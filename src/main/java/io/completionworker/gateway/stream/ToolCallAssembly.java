package io.completionworker.gateway.stream;

import io.completionworker.avro.FunctionCall;
import io.completionworker.avro.ToolCall;
import io.completionworker.avro.ToolCallDelta;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Puts together the tool calls of a choice, by their index. An index that comes again under another
 * id is another call: some providers count all of them 0.
 */
final class ToolCallAssembly {

  private final List<Call> calls = new ArrayList<>();
  private final Map<Integer, Call> latest = new HashMap<>();

  /**
   * Adds a piece.
   *
   * @return whether it begins a call
   */
  boolean add(ToolCallDelta piece) {
    Call call = latest.get(piece.getIndex());
    boolean begins = call == null || call.isAnother(piece.getId());
    if (call == null || begins) {
      call = new Call(piece.getIndex());
      calls.add(call);
      latest.put(piece.getIndex(), call);
    }
    call.add(piece);
    return begins;
  }

  /** The calls in the order of their indexes; null when there are none. */
  @Nullable List<ToolCall> toolCalls() {
    return calls.isEmpty()
        ? null
        : calls.stream()
            .sorted(Comparator.comparingInt(call -> call.index))
            .map(Call::toolCall)
            .toList();
  }

  private static final class Call {

    private final int index;
    private @Nullable String id;
    private @Nullable String type;
    private final Text name = new Text();
    private final Text arguments = new Text();

    Call(int index) {
      this.index = index;
    }

    boolean isAnother(@Nullable String other) {
      return id != null && other != null && !other.isEmpty() && !other.equals(id);
    }

    void add(ToolCallDelta piece) {
      id = id == null && !"".equals(piece.getId()) ? piece.getId() : id;
      type = type == null && !"".equals(piece.getType()) ? piece.getType() : type;
      name.addNew(piece.getName());
      arguments.add(piece.getArguments());
    }

    ToolCall toolCall() {
      return new ToolCall(
          Objects.requireNonNullElse(id, ""),
          Objects.requireNonNullElse(type, "function"),
          new FunctionCall(
              Objects.requireNonNullElse(name.value(), ""),
              Objects.requireNonNullElse(arguments.value(), "")),
          null);
    }
  }
}
