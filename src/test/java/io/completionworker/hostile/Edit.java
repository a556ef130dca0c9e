// SPDX-License-Identifier: Apache-2.0
package io.completionworker.hostile;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * A change to bytes.
 *
 * @param place where, in parts of a million of the length
 * @param length of what is cut out or written again, in bytes
 * @param piece what is written there
 */
@SuppressWarnings("ArrayRecordComponent") // carried, not compared
public record Edit(Kind kind, int place, int length, byte[] piece) {

  private static final int WHOLE = 1_000_000;

  private static final List<String> ANSWER_PIECES =
      List.of(
          "null",
          "{}",
          "[]",
          "\"\"",
          "-1",
          "\\ud800",
          ",",
          ":",
          "{",
          "}",
          "[",
          "]",
          "\"choices\":[],",
          "\"error\":{\"message\":\"x\"},",
          "[".repeat(10_000));

  /** What is done. */
  public enum Kind {
    INSERT,
    REPLACE,
    CUT_OUT,
    REPEAT,
    CUT_OFF
  }

  /** One to eight changes, with these pieces or a few random bytes. */
  public static Arbitrary<List<Edit>> several(List<byte[]> pieces) {
    Arbitrary<byte[]> random = Arbitraries.bytes().array(byte[].class).ofMinSize(1).ofMaxSize(9);
    return Combinators.combine(
            Arbitraries.frequency(
                Tuple.of(4, Kind.INSERT),
                Tuple.of(8, Kind.REPLACE),
                Tuple.of(3, Kind.CUT_OUT),
                Tuple.of(2, Kind.REPEAT),
                Tuple.of(1, Kind.CUT_OFF)),
            Arbitraries.integers().between(0, WHOLE).withoutEdgeCases(),
            Arbitraries.integers().between(1, 20),
            Arbitraries.oneOf(random, Arbitraries.of(pieces)))
        .as(Edit::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(8);
  }

  /** Changes with pieces that spoil JSON and answers in it, and with these. */
  public static Arbitrary<List<Edit>> ofAnswers(String... more) {
    return several(
        Stream.concat(ANSWER_PIECES.stream(), Arrays.stream(more))
            .map(text -> text.getBytes(StandardCharsets.UTF_8))
            .toList());
  }

  /** The bytes after all of these, in order. */
  public static byte[] apply(byte[] bytes, List<Edit> edits) {
    byte[] changed = bytes;
    for (Edit edit : edits) {
      changed = edit.apply(changed);
    }
    return changed;
  }

  private byte[] apply(byte[] bytes) {
    int at = (int) ((long) bytes.length * place / WHOLE);
    int end = Math.min(bytes.length, at + length);
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + piece.length);
    out.write(bytes, 0, at);
    switch (kind) {
      case INSERT -> rest(out, piece, bytes, at);
      case REPLACE -> rest(out, piece, bytes, Math.min(bytes.length, at + piece.length));
      case CUT_OUT -> rest(out, new byte[0], bytes, end);
      case REPEAT -> rest(out, Arrays.copyOfRange(bytes, at, end), bytes, at);
      case CUT_OFF -> {
        // the beginning is all there is
      }
    }
    return out.toByteArray();
  }

  private static void rest(ByteArrayOutputStream out, byte[] piece, byte[] bytes, int from) {
    out.writeBytes(piece);
    out.write(bytes, from, bytes.length - from);
  }
}
