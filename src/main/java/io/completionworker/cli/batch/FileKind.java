// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.batch;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Recognizes files that are not JSON Lines in UTF-8 by their first bytes. */
public final class FileKind {

  /** How many bytes at the beginning of a file are examined. */
  public static final int HEAD_BYTES = 512;

  private static final int TAR_AT = 257;
  private static final String ONE_A_LINE =
      ", not JSON Lines, which have one object a line: convert it, for example by jq -c %s FILE";

  /**
   * Byte order marks. Longer ones come first, since the mark of UTF-32LE begins with that of
   * UTF-16LE.
   */
  private static final Map<String, String> MARKS = new LinkedHashMap<>();

  private static final Map<String, String> PACKED =
      Map.of(
          "28b52ffd", "packed by zstd",
          "504b0304", "a zip archive, as those of .xlsx and .docx are too",
          "504b0506", "an empty zip archive",
          "425a68", "packed by bzip2",
          "fd377a585a00", "packed by xz",
          "04224d18", "packed by lz4",
          "377abcaf271c", "a 7z archive",
          "1f9d", "packed by compress",
          "1f8b", "packed by gzip twice");

  private static final Map<String, String> OTHERS =
      Map.of(
          "50415231", "a Parquet file",
          "4f626a01", "a file of Avro records",
          "255044462d", "a PDF",
          "4f5243", "an ORC file",
          "4152524f5731", "an Arrow file",
          "53514c69746520666f726d6174", "a SQLite database",
          "d0cf11e0a1b11ae1", "a file of an old Office");

  static {
    MARKS.put("0000feff", "UTF-32BE");
    MARKS.put("fffe0000", "UTF-32LE");
    MARKS.put("feff", "UTF-16BE");
    MARKS.put("fffe", "UTF-16LE");
  }

  private FileKind() {}

  /**
   * Returns what is wrong with a file that begins with these bytes; empty if no fault is
   * recognized.
   *
   * @param head the first {@value #HEAD_BYTES} bytes, or all bytes of a smaller file, unpacked
   */
  public static Optional<String> fault(byte[] head) {
    Optional<String> encoding = begins(head, MARKS).or(() -> withoutMark(head));
    if (encoding.isPresent()) {
      return encoding.map(FileKind::convert);
    }
    return begins(head, PACKED)
        .map(kind -> "is " + kind + ": unpack it first, since only gzip is unpacked here")
        .or(() -> begins(head, OTHERS).map(kind -> "is " + kind + ", not JSON lines"))
        .or(() -> tar(head))
        .or(() -> text(head));
  }

  /**
   * Recognizes text in another format. Returns empty if the text may be a faulty line among valid
   * ones.
   */
  private static Optional<String> text(byte[] head) {
    String text =
        new String(head, StandardCharsets.ISO_8859_1).replaceFirst("^\u00ef\u00bb\u00bf", "");
    List<String> lines = text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    if (lines.isEmpty()) {
      return Optional.empty();
    }
    String first = lines.get(0);
    boolean alone = lines.size() == 1;
    if (first.startsWith("[") && (alone || !first.endsWith("]"))) {
      return Optional.of("is one JSON array" + ONE_A_LINE.formatted("'.[]'"));
    }
    if (!alone && first.startsWith("{")) {
      return first.matches(".*[,{\\[]")
          ? Optional.of("has JSON objects over several lines" + ONE_A_LINE.formatted("."))
          : Optional.empty();
    }
    if (first.startsWith("{") || (!alone && lines.get(1).startsWith("{"))) {
      return Optional.empty();
    }
    return Optional.ofNullable(otherText(first))
        .map(kind -> "looks like " + kind + ", not JSON Lines, which have one JSON object a line");
  }

  private static @Nullable String otherText(String first) {
    if (first.startsWith("<")) {
      return "XML or HTML";
    }
    if (first.equals("---") || first.startsWith("- ")) {
      return "YAML";
    }
    if (first.startsWith("version https://git-lfs")) {
      return "a pointer of Git LFS (`git lfs pull` brings the file)";
    }
    return first.matches(".*[,;\t].*") ? "CSV" : null;
  }

  private static String convert(String encoding) {
    return "line 1: the file is %s, not UTF-8: convert it, for example by iconv -f %s -t UTF-8"
        .formatted(encoding, encoding);
  }

  /**
   * Recognizes UTF-16 and UTF-32 without a byte order mark. JSON begins with an ASCII character,
   * whose zero bytes show how many bytes each character has.
   */
  private static Optional<String> withoutMark(byte[] head) {
    if (head.length < 4) {
      return Optional.empty();
    }
    StringBuilder zeros = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      zeros.append(head[i] == 0 ? '0' : 'x');
    }
    return switch (zeros.toString()) {
      case "000x" -> Optional.of("UTF-32BE");
      case "x000" -> Optional.of("UTF-32LE");
      case "0x0x", "0xxx" -> Optional.of("UTF-16BE");
      case "x0x0", "x0xx" -> Optional.of("UTF-16LE");
      default -> Optional.empty();
    };
  }

  private static Optional<String> begins(byte[] head, Map<String, String> kinds) {
    return kinds.entrySet().stream()
        .filter(kind -> begins(head, HexFormat.of().parseHex(kind.getKey())))
        .findFirst()
        .map(Map.Entry::getValue);
  }

  private static boolean begins(byte[] head, byte[] with) {
    return head.length >= with.length && Arrays.equals(head, 0, with.length, with, 0, with.length);
  }

  private static Optional<String> tar(byte[] head) {
    byte[] mark = "ustar".getBytes(StandardCharsets.US_ASCII);
    return head.length >= TAR_AT + mark.length
            && Arrays.equals(head, TAR_AT, TAR_AT + mark.length, mark, 0, mark.length)
        ? Optional.of("is a tar archive: give the files in it")
        : Optional.empty();
  }
}
