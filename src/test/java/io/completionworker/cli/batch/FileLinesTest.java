// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileLinesTest {

  @TempDir Path directory;

  @Test
  void shouldCountBlankLinesAndLeaveThemOut() throws IOException {
    assertThat(read("a\n\n  \t\r\nb\r\nc", 100)).containsExactly("1 a", "4 b\r", "5 c");
    assertThat(read("", 100)).isEmpty();
    assertThat(read("\n\n", 100)).isEmpty();
  }

  @Test
  void shouldLeaveOutTheMarkOfUtf8() throws IOException {
    assertThat(read("\ufeffa\n\ufeffb", 100)).containsExactly("1 a", "2 \ufeffb");
    assertThat(read("\ufeff\na", 100)).containsExactly("2 a");
  }

  @Test
  void shouldKeepNoMoreOfALineThanAllowed() throws IOException {
    assertThat(read("12345\n123456\n1234567\n1\n", 5))
        .containsExactly("1 12345", "2 too long", "3 too long", "4 1");
    assertThat(read("x".repeat(200_000) + "\ny", 5)).containsExactly("1 too long", "2 y");
  }

  @Test
  void shouldReadLinesOverTheEndsOfItsBuffer() throws IOException {
    List<String> wanted = new ArrayList<>();
    StringBuilder content = new StringBuilder();
    for (int i = 1; i <= 3_000; i++) {
      String line = "é" + "x".repeat(i % 257);
      content.append(line).append('\n');
      wanted.add(i + " " + line);
    }

    assertThat(read(content.toString(), 1_000)).isEqualTo(wanted);
  }

  @Test
  void shouldUnpackAndTakeTheDigestOfTheContent() throws Exception {
    byte[] content = "a\nbc\n\n".repeat(30_000).getBytes(StandardCharsets.UTF_8);
    Path packed = directory.resolve("packed");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      out.write(content);
    }
    Path plain = Files.write(directory.resolve("plain"), content);
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);

    for (Path file : List.of(packed, plain)) {
      try (FileLines lines = FileLines.open(file, 10)) {
        int count = 0;
        while (lines.next() != null) {
          count++;
        }
        assertThat(count).isEqualTo(60_000);
        assertThat(lines.digest()).isEqualTo(HexFormat.of().formatHex(digest));
      }
    }
  }

  private List<String> read(String content, int longest) throws IOException {
    Path file = Files.writeString(directory.resolve("lines"), content);
    List<String> read = new ArrayList<>();
    try (FileLines lines = FileLines.open(file, longest)) {
      for (FileLines.Line line = lines.next(); line != null; line = lines.next()) {
        byte[] bytes = line.bytes();
        String text = bytes == null ? "too long" : new String(bytes, StandardCharsets.UTF_8);
        read.add(line.number() + " " + text);
      }
    }
    return read;
  }
}
