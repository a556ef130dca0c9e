// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.completionworker.cli.batch.FileLines.FileFaultException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
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

  /** Some of the packed parts end before the end of a buffer, some at it and some after it. */
  @Test
  void shouldReadOrRefuseWhatFollowsAPackedPart() throws IOException {
    byte[] second = stored("b\n");
    List<Integer> lengths = new ArrayList<>();
    for (int i = 65_480; i < 65_570; i++) {
      byte[] first = stored("x".repeat(i) + "\n");
      lengths.add(first.length);

      assertThat(count(first)).isEqualTo(1);
      assertThat(count(first, new byte[512])).as("filled up with zeros").isEqualTo(1);
      assertThat(count(first, second)).isEqualTo(2);
      assertThat(count(second, first, second)).isEqualTo(3);
      for (String stray : List.of("stray", "\0\0\0stray", "\0".repeat(70_000) + "s")) {
        assertThatThrownBy(() -> count(first, stray.getBytes(StandardCharsets.UTF_8)))
            .isInstanceOf(FileFaultException.class)
            .hasMessage("is packed by gzip and damaged: something else follows");
      }
      assertThatThrownBy(() -> count(first, Arrays.copyOf(second, 7)))
          .isInstanceOf(FileFaultException.class)
          .hasMessage("is packed by gzip and not whole: it ends too early");
    }
    assertThat(lengths).contains(65_530, 65_536, 65_544);
  }

  @Test
  void shouldSkipWhatAHeaderOfGzipMayHave() throws IOException {
    byte[] plain = stored("a\nb\n");
    ByteArrayOutputStream full = new ByteArrayOutputStream();
    full.write(new byte[] {0x1f, (byte) 0x8b, 8, 2 | 4 | 8 | 16, 1, 2, 3, 4, 0, 3});
    full.write(new byte[] {3, 0, 7, 0, 7}); // three bytes of an extra field
    full.write("name\0comment\0".getBytes(StandardCharsets.UTF_8));
    CRC32 checksum = new CRC32();
    checksum.update(full.toByteArray());
    full.write((int) checksum.getValue());
    full.write((int) checksum.getValue() >> 8);
    full.write(plain, 10, plain.length - 10);

    assertThat(count(full.toByteArray())).isEqualTo(2);
    assertThat(count(plain, full.toByteArray())).isEqualTo(4);
    byte[] damaged = full.toByteArray();
    damaged[5] ^= 1;
    assertThatThrownBy(() -> count(plain, damaged))
        .hasMessage("is packed by gzip and damaged: the checksum of its header is wrong");
  }

  /** Packs without compression, so that a byte more of text is a byte more in the file. */
  private static byte[] stored(String content) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out =
        new GZIPOutputStream(packed) {
          {
            def.setLevel(Deflater.NO_COMPRESSION);
          }
        }) {
      out.write(content.getBytes(StandardCharsets.UTF_8));
    }
    return packed.toByteArray();
  }

  /** Counts the lines of a file of these parts. */
  private int count(byte[]... parts) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.write(part);
    }
    int count = 0;
    try (FileLines lines =
        FileLines.open(Files.write(directory.resolve("parts"), content.toByteArray()), 100_000)) {
      while (lines.next() != null) {
        count++;
      }
    }
    return count;
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
