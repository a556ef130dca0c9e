// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.ContentPart;
import io.completionworker.avro.Message;
import io.completionworker.completion.Fingerprint;
import io.completionworker.tokens.PromptParts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Hashes the beginnings of one prompt that another prompt may share: tools and schema first, as
 * providers have it, then message after message.
 *
 * <p>A prefix ends after each message but the last. In the last message it ends after each part but
 * the last or, if the content is one text, where that has the shortest length, twice that, four
 * times and so on, so that a template with a question behind it has a prefix, too. Prefixes with
 * fewer estimated tokens than the least are left out. If there are more than {@link #MOST}, the
 * shortest and the longest ones are kept: those are what many requests share, such as a system
 * message, and what a few share, such as a document.
 */
final class PromptPrefixes {

  /** The most prefixes of a prompt. */
  static final int MOST = 8;

  private static final int HASH_BYTES = 16;

  /** The average of English prose, as for other estimates. */
  private static final int CHARACTERS_PER_TOKEN = 4;

  private final int minTokens;
  private final Fingerprint.Running hash = new Fingerprint.Running();
  private final List<String> prefixes = new ArrayList<>();
  private long tokens;

  /**
   * @param minTokens the shortest prefix
   * @param of what all prompts with the same prefixes have in common
   */
  PromptPrefixes(int minTokens, String of) {
    this.minTokens = minTokens;
    hash.add(of);
  }

  /** Returns the hashes of the prefixes of a prompt, the shortest first. */
  List<String> of(CompletionRequest request) {
    PromptParts parts = new PromptParts(request.getModel());
    tokens = parts.definitions(request);
    addDefinitions(request);
    end();
    List<Message> messages = request.getMessages();
    int last = messages.size() - 1;
    for (int i = 0; i < last; i++) {
      add("message", messages.get(i)::toByteBuffer);
      tokens += parts.message(messages.get(i));
      end();
    }
    if (last >= 0) {
      addLast(messages.get(last), parts);
    }
    return prefixes.size() <= MOST ? List.copyOf(prefixes) : outer();
  }

  private List<String> outer() {
    List<String> outer = new ArrayList<>(prefixes.subList(0, MOST / 2));
    outer.addAll(prefixes.subList(prefixes.size() - MOST / 2, prefixes.size()));
    return outer;
  }

  private void addLast(Message last, PromptParts parts) {
    hash.add("\0last\0" + last.getRole() + '\0' + (last.getName() == null ? "" : last.getName()));
    if (last.getContent() instanceof List<?> contents) {
      for (Object content : contents.subList(0, Math.max(0, contents.size() - 1))) {
        ContentPart part = (ContentPart) content;
        add("part", part::toByteBuffer);
        tokens += parts.part(part);
        end();
      }
      addLastPart(contents);
    } else if (last.getContent() != null) {
      addText(last.getContent().toString());
    }
  }

  private void addLastPart(List<?> contents) {
    Object part = contents.isEmpty() ? null : contents.get(contents.size() - 1);
    if (part instanceof ContentPart last && last.getText() != null) {
      hash.add("\0text\0");
      addText(last.getText());
    }
  }

  private void addText(String text) {
    long before = tokens;
    int from = 0;
    for (long length = minTokens; length * CHARACTERS_PER_TOKEN < text.length(); length *= 2) {
      int to = (int) length * CHARACTERS_PER_TOKEN;
      hash.add(text.substring(from, to));
      tokens = before + length;
      end();
      from = to;
    }
  }

  /** A prefix ends here. */
  private void end() {
    if (tokens >= minTokens) {
      prefixes.add(hash.soFar(HASH_BYTES));
    }
  }

  private void addDefinitions(CompletionRequest request) {
    if (request.getTools() != null) {
      request.getTools().forEach(tool -> add("tool", tool::toByteBuffer));
    }
    if (request.getFunctions() != null) {
      request.getFunctions().forEach(function -> add("function", function::toByteBuffer));
    }
    if (request.getResponseFormat() != null) {
      add("format", request.getResponseFormat()::toByteBuffer);
    }
  }

  private void add(String name, Encoded record) {
    hash.add('\0' + name + '\0');
    hash.add(record.bytes());
  }

  /** A record as Avro encodes it, which is always the same for the same record. */
  @FunctionalInterface
  private interface Encoded {

    ByteBuffer encode() throws IOException;

    default byte[] bytes() {
      try {
        ByteBuffer encoded = encode();
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        return bytes;
      } catch (IOException e) {
        throw new UncheckedIOException("A request cannot be encoded in memory", e);
      }
    }
  }
}
