// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.batch;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Checks whether a line is UTF-8, and guesses its encoding if it is not. */
public final class Utf8 {

  private static final int BUFFER_CHARS = 8 * 1024;

  /** Text with two bytes for each character has at least one zero in this many bytes. */
  private static final int BYTES_PER_ZERO = 4;

  private Utf8() {}

  /** Returns why a line is not valid UTF-8; empty if it is valid. Quotes no content. */
  public static Optional<String> fault(byte[] line) {
    int zeros = 0;
    boolean ascii = true;
    for (byte one : line) {
      zeros += one == 0 ? 1 : 0;
      ascii &= one >= 0;
    }
    if (zeros == line.length && zeros > 0) {
      return Optional.of("is nothing but zeros: the file was not written whole");
    }
    if (zeros * BYTES_PER_ZERO >= line.length && zeros > 1) {
      return Optional.of("is not UTF-8; it looks like UTF-16: convert the file, with iconv");
    }
    if (isMarked(line)) {
      return Optional.of("begins with a byte order mark, which only a file may");
    }
    return ascii ? Optional.empty() : read(line);
  }

  private static boolean isMarked(byte[] line) {
    return line.length >= 3
        && line[0] == (byte) 0xef
        && line[1] == (byte) 0xbb
        && line[2] == (byte) 0xbf;
  }

  private static Optional<String> read(byte[] line) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(line);
    CharBuffer out = CharBuffer.allocate(BUFFER_CHARS);
    int first = -1;
    int bad = 0;
    int good = 0;
    CoderResult result = decoder.decode(in, out, true);
    while (!result.isUnderflow()) {
      if (result.isError()) {
        first = first < 0 ? in.position() : first;
        bad++;
        in.position(in.position() + result.length());
      }
      good += beyondAscii(out.flip());
      out.clear();
      result = decoder.decode(in, out, true);
    }
    good += beyondAscii(out.flip());
    return first < 0 ? Optional.empty() : Optional.of(fault(line, first, bad, good));
  }

  private static int beyondAscii(CharBuffer chars) {
    return (int) chars.chars().filter(c -> c >= 0x80).count();
  }

  private static String fault(byte[] line, int at, int bad, int good) {
    String fault = "is not UTF-8 (byte " + (at + 1) + ")";
    if (isCut(line, at)) {
      return fault + "; it ends within a character";
    }
    if ((line[at] & 0xff) == 0xed && at + 1 < line.length && (line[at + 1] & 0xe0) == 0xa0) {
      return fault + "; it has surrogates, as CESU-8 has them: convert the file";
    }
    return good >= bad ? fault + ", though other characters are" : fault + looksLike(line);
  }

  private static boolean isCut(byte[] line, int at) {
    int lead = line[at] & 0xff;
    int length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 1;
    for (int i = at + 1; i < line.length; i++) {
      if ((line[i] & 0xc0) != 0x80) {
        return false;
      }
    }
    return at + length > line.length;
  }

  /**
   * Guesses the encoding from the letters beyond ASCII. In most languages that use Latin-1 they
   * occur alone, or as two lowercase letters side by side as in "grüße". In other languages they
   * occur in longer runs.
   */
  private static String looksLike(byte[] line) {
    int high = 0;
    int alone = 0;
    boolean windows = false;
    for (int i = 0; i < line.length; i++) {
      if (line[i] < 0) {
        high++;
        boolean single = isAscii(line, i - 1) && isAscii(line, i + 1);
        alone += single || isPair(line, i) ? 1 : 0;
        windows |= (line[i] & 0xff) < 0xa0;
      }
    }
    if (alone * 2 < high) {
      return "; it looks like another encoding, such as Windows-1251, GBK or Shift_JIS:"
          + " convert the file, with iconv";
    }
    return "; it looks like "
        + (windows ? "Windows-1252" : "ISO-8859-1 or Windows-1252")
        + ": convert the file, for example by iconv -f WINDOWS-1252 -t UTF-8";
  }

  private static boolean isPair(byte[] line, int at) {
    int begin = isAscii(line, at - 1) ? at : at - 1;
    return isAscii(line, begin - 1)
        && isAscii(line, begin + 2)
        && isSmallLetter(line, begin)
        && isSmallLetter(line, begin + 1);
  }

  /** Whether the byte is a lowercase letter of Latin-1, including sharp s. */
  private static boolean isSmallLetter(byte[] line, int at) {
    return at >= 0 && at < line.length && (line[at] & 0xff) >= 0xdf;
  }

  private static boolean isAscii(byte[] line, int at) {
    return at < 0 || at >= line.length || line[at] >= 0;
  }
}
