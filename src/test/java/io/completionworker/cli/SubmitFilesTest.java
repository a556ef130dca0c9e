// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are not JSON lines in UTF-8 are named as what they are, and exit with 2. */
class SubmitFilesTest extends InProcessCli {

  private static String line(String id, String text) {
    return "{\"custom_id\":\"%s\",\"body\":{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}}\n"
        .formatted(id, text);
  }

  private static String lines(int count, String text) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      lines.append(line("c-" + i, text));
    }
    return lines.toString();
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The faults of one file, as they are printed. */
  private List<String> faults(String name, byte[] content) throws IOException {
    return faults(Files.write(directory.resolve(name), content));
  }

  private List<String> faults(Path file) {
    err.getBuffer().setLength(0);
    assertThat(execute("submit", "--dry-run", file.toString())).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    List<String> lines = err.toString().lines().toList();
    assertThat(lines).last().isEqualTo("Nothing was published");
    return lines.stream()
        .filter(line -> line.startsWith(file + ": ") && !line.contains(": batch lines ("))
        .map(line -> line.substring(file.toString().length() + 2))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
  void shouldNameEncodingsOfTwoAndFourBytes(String encoding) throws IOException {
    String content = lines(30, "ünal 漢字");
    String fault =
        "line 1: the file is %s, not UTF-8: convert it, for example by iconv -f %s -t UTF-8"
            .formatted(encoding, encoding);
    byte[] marked = ("\ufeff" + content).getBytes(Charset.forName(encoding));

    assertThat(faults("plain", content.getBytes(Charset.forName(encoding)))).containsExactly(fault);
    assertThat(faults("marked", marked)).containsExactly(fault);
    assertThat(faults("packed", gzip(marked))).containsExactly(fault);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ISO-8859-1   | Zoë  | it looks like ISO-8859-1 or Windows-1252: convert the file, for"
            + " example by iconv -f WINDOWS-1252 -t UTF-8",
        "ISO-8859-1   | viele grüße | it looks like ISO-8859-1 or Windows-1252: convert the file,"
            + " for example by iconv -f WINDOWS-1252 -t UTF-8",
        "windows-1252 | “a”  | it looks like Windows-1252: convert the file, for example by iconv"
            + " -f WINDOWS-1252 -t UTF-8",
        "windows-1251 | Москва | it looks like another encoding, such as Windows-1251, GBK or"
            + " Shift_JIS: convert the file, with iconv",
        "GBK          | 漢字漢字 | it looks like another encoding, such as Windows-1251, GBK or"
            + " Shift_JIS: convert the file, with iconv"
      })
  void shouldNameTheLineThatIsNotUtf8(String encoding, String text, String looks)
      throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.write(utf8(line("a", "é")));
    content.write(line("b", text).getBytes(Charset.forName(encoding)));
    content.write(utf8(line("c", "漢")));

    assertThat(faults("mixed", content.toByteArray()))
        .singleElement()
        .asString()
        .startsWith("line 2: is not UTF-8 (byte ")
        .endsWith("); " + looks);
  }

  @Test
  void shouldNameOtherFaultsOfUtf8() throws IOException {
    byte[] cut = utf8(line("a", "漢"));
    assertThat(
            faults(
                "cut",
                Arrays.copyOf(
                    cut, new String(cut, StandardCharsets.ISO_8859_1).indexOf('\u00e6') + 2)))
        .singleElement()
        .asString()
        .endsWith("; it ends within a character");

    String surrogates = line("a", "\u00ed\u00a0\u00bd\u00ed\u00b1\u0080");
    assertThat(faults("cesu", surrogates.getBytes(StandardCharsets.ISO_8859_1)))
        .singleElement()
        .asString()
        .contains("surrogates");

    ByteArrayOutputStream appended = new ByteArrayOutputStream();
    appended.write(utf8(line("a", "x")));
    appended.write(line("b", "x").getBytes(StandardCharsets.UTF_16LE));
    assertThat(faults("appended", appended.toByteArray()))
        .first()
        .asString()
        .isEqualTo("line 2: is not UTF-8; it looks like UTF-16: convert the file, with iconv");
  }

  @Test
  void shouldNameZerosAndMarksInTheMiddle() throws IOException {
    assertThat(faults("zeros", Arrays.copyOf(utf8(line("a", "x")), 500)))
        .containsExactly("line 2: is nothing but zeros: the file was not written whole");
    assertThat(faults("joined", utf8("\ufeff" + line("a", "x") + "\ufeff" + line("b", "x"))))
        .containsExactly("line 2: begins with a byte order mark, which only a file may");
  }

  @Test
  void shouldReadAPipe() throws Exception {
    Path pipe = directory.resolve("pipe");
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/mkfifo"))
            && new ProcessBuilder("/usr/bin/mkfifo", pipe.toString()).start().waitFor() == 0,
        "there are no named pipes here");
    byte[] content = gzip(utf8(lines(500, "x")));
    Thread writer =
        new Thread(
            () -> {
              try {
                Files.write(pipe, content, StandardOpenOption.WRITE);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    writer.start();

    assertThat(execute("submit", "--dry-run", pipe.toString())).as(err.toString()).isZero();

    writer.join();
    assertThat(out.toString()).contains(pipe + ": batch ", ", 500 requests, 0 faulty lines");
  }

  @Test
  void shouldSayThatAPackedFileIsNotWhole() throws IOException {
    byte[] whole = gzip(utf8(lines(2_000, "x")));
    String early = "is packed by gzip and not whole: it ends too early";
    for (int length : new int[] {2, 9, 11, 400, whole.length - 8, whole.length - 1}) {
      assertThat(faults("cut-" + length, Arrays.copyOf(whole, length))).containsExactly(early);
    }
    assertThat(faults("one.jsonl.gz", Arrays.copyOf(whole, 1))).containsExactly(early);

    byte[] damaged = whole.clone();
    damaged[whole.length - 6] ^= 1; // in the checksum
    assertThat(faults("damaged", damaged))
        .containsExactly("is packed by gzip and damaged: the checksum or the length is wrong");

    byte[] twoWithTheSecondCut = Arrays.copyOf(whole, 2 * whole.length - (whole.length - 5));
    System.arraycopy(whole, 0, twoWithTheSecondCut, whole.length, 5);
    assertThat(faults("second", twoWithTheSecondCut)).containsExactly(early);
  }

  @Test
  void shouldUnpackWhateverItsNameIs() throws IOException {
    byte[] one = gzip(utf8(line("a", "x")));
    byte[] padded = Arrays.copyOf(one, one.length + 512);
    ByteArrayOutputStream two = new ByteArrayOutputStream();
    two.write(one);
    two.write(gzip(utf8(line("b", "x"))));
    for (byte[] content : List.of(one, padded, two.toByteArray(), utf8(line("a", "x")))) {
      for (String name : List.of("a.jsonl", "a.jsonl.gz")) {
        Path file = Files.write(directory.resolve(name), content);
        assertThat(execute("submit", "--dry-run", file.toString())).as(err.toString()).isZero();
      }
    }
    assertThat(out.toString()).contains(", 2 requests, 0 faulty lines");
  }

  @ParameterizedTest
  @CsvSource({
    "28b52ffd0458, is packed by zstd",
    "504b03041400, is a zip archive",
    "425a68393141, is packed by bzip2",
    "fd377a585a00, is packed by xz",
    "504152311504, is a Parquet file",
    "4f626a010416, is a file of Avro records",
    "255044462d31, is a PDF"
  })
  void shouldNameOtherKindsOfFiles(String head, String kind) throws IOException {
    assertThat(faults("other", HexFormat.of().parseHex(head)))
        .singleElement()
        .asString()
        .startsWith(kind);
  }

  @Test
  void shouldNameWhatIsNoFileOrHasNothing() throws IOException {
    assertThat(faults(directory)).containsExactly("is a directory, not a file");
    assertThat(faults(directory.resolve("none"))).containsExactly("there is no such file");
    assertThat(faults("empty", new byte[0])).containsExactly("is empty");
    assertThat(faults("blank", utf8("\n \n"))).containsExactly("there is no request in it");
  }

  /** No broker is asked before: there is none here. */
  @ParameterizedTest
  @ValueSource(strings = {"submit", "batch"})
  void shouldNameWhatIsNoFileBeforeABrokerIsAsked(String command) {
    String[] arguments =
        command.equals("batch")
            ? new String[] {"batch", directory.toString(), "--out", directory + "/out"}
            : new String[] {"submit", directory.toString(), directory + "/none"};

    assertThat(execute(arguments)).isEqualTo(2);

    assertThat(err.toString().lines())
        .startsWith(directory + ": is a directory, not a file")
        .endsWith("Nothing was published");
  }

  @Test
  void shouldNameWhatStandardInputIs() {
    in = new ByteArrayInputStream(line("a", "x").getBytes(StandardCharsets.UTF_16LE));
    assertThat(execute("submit", "--dry-run", "-")).isEqualTo(2);
    assertThat(err.toString()).contains("standard input: line 1: the file is UTF-16LE, not UTF-8");

    in = new ByteArrayInputStream(new byte[0]);
    assertThat(execute("submit", "--dry-run", "-")).isEqualTo(2);
    assertThat(err.toString()).contains("standard input: is empty");
  }
}
