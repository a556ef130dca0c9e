// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.ask;

import io.completionworker.avro.ChoiceDelta;
import io.completionworker.avro.CompletionChunk;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Prints the text of a streamed answer while its chunks come, each once and in their order. When
 * the request is called again, the text begins anew on a line of its own. For one thread.
 */
final class StreamedText {

  private final Consumer<String> print;

  /** Chunks of the call that came before an earlier one, by their index. */
  private final Map<Integer, CompletionChunk> early = new TreeMap<>();

  private final StringBuilder printed = new StringBuilder();
  private String call = "";
  private int next;

  /**
   * @param print receives each piece of the text
   */
  StreamedText(Consumer<String> print) {
    this.print = print;
  }

  /** Takes the next chunk of the request. */
  void take(CompletionChunk chunk) {
    if (!chunk.getCallId().equals(call)) {
      startOver();
      early.clear();
      call = chunk.getCallId();
      next = 0;
    }
    if (chunk.getChunkIndex() >= next) {
      early.put(chunk.getChunkIndex(), chunk);
    }
    for (CompletionChunk due = early.remove(next); due != null; due = early.remove(next)) {
      due.getChoices().forEach(this::add);
      next++;
    }
  }

  private void add(ChoiceDelta piece) {
    if (piece.getIndex() == 0) {
      add(piece.getContent());
      add(piece.getRefusal());
    }
  }

  private void add(@Nullable String text) {
    if (text != null) {
      printed.append(text);
      print.accept(text);
    }
  }

  private void startOver() {
    if (!printed.isEmpty()) {
      print.accept("\n");
      printed.setLength(0);
    }
  }

  /** Takes the whole text, which is what counts: prints what is missing of it. */
  void end(String whole) {
    if (!whole.startsWith(printed.toString())) {
      startOver();
    }
    print.accept(whole.substring(printed.length()));
    if (!whole.endsWith("\n")) {
      print.accept("\n");
    }
  }
}
