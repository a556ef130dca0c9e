// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageSizeTest {

  private static byte[] image(String format, int width, int height) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BufferedImage pixels = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    assertThat(ImageIO.write(pixels, format, out)).isTrue();
    return out.toByteArray();
  }

  private static String url(byte[] image) {
    return "data:image/x;base64," + Base64.getEncoder().encodeToString(image);
  }

  @ParameterizedTest
  @CsvSource({"png, 640, 480", "png, 1, 3000", "jpeg, 300, 7", "jpeg, 4000, 257", "gif, 5, 258"})
  void shouldReadTheSizeFromTheFirstBytes(String format, int width, int height) throws IOException {
    byte[] image = image(format, width, height);

    assertThat(ImageSize.of(url(image))).isEqualTo(new ImageSize(width, height));
    assertThat(ImageSize.of("DATA:;base64," + Base64.getUrlEncoder().encodeToString(image)))
        .isEqualTo(new ImageSize(width, height));
  }

  @ParameterizedTest
  @CsvSource({
    // lossy, lossless and extended
    "VP8 , 00000000300100 9d012a b000 9000, 176, 144",
    "VP8L, 00000000 2f 81816200, 386, 395",
    "VP8X, 0a000000 00000000 ff0700 000000, 2048, 1"
  })
  void shouldReadWebP(String chunk, String hex, int width, int height) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(
        ("RIFF0000WEBP" + (chunk + " ").substring(0, 4)).getBytes(StandardCharsets.UTF_8));
    out.writeBytes(HexFormat.of().parseHex(hex.replace(" ", "")));

    assertThat(ImageSize.of(url(out.toByteArray()))).isEqualTo(new ImageSize(width, height));
  }

  /** A camera puts a preview and colour profiles before the frame. */
  @Test
  void shouldFindTheFrameBehindOtherSegments() throws IOException {
    byte[] image = image("jpeg", 333, 222);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(image, 0, 2);
    for (int i = 0; i < 5; i++) {
      out.write(new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xe1, (byte) 0xff, (byte) 0xff});
      out.write(new byte[0xffff - 2]);
    }
    out.write(image, 2, image.length - 2);

    assertThat(ImageSize.of(url(out.toByteArray()))).isEqualTo(new ImageSize(333, 222));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "data:",
        "data:image/png",
        "data:image/png;base64,",
        "data:image/png;base64,iVBORw0KGgo=",
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA",
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAAAAAAA",
        "data:image/png;base64,\u00f6\u00f6\u00f6\u00f6",
        "data:image/svg+xml,<svg width='3' height='4'/>",
        "data:image/jpeg;base64,/9j/",
        "data:image/jpeg;base64,/9j/2Q==",
        "https://x.example/a.png,iVBORw0KGgoAAAANSUhEUgAAAoAAAAHg"
      })
  void shouldTakeTheUsualSizeWhereItCannotBeRead(String url) {
    assertThat(ImageSize.of(url)).isEqualTo(ImageSize.USUAL);
  }

  @Test
  void shouldNotMindAnyBytes() {
    Random random = new Random(7);
    for (String opening : new String[] {"\u00ff\u00d8\u00ff", "RIFF0000WEBPVP8X", "GIF8", ""}) {
      for (int i = 0; i < 2_000; i++) {
        byte[] rest = new byte[random.nextInt(60)];
        random.nextBytes(rest);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(opening.getBytes(StandardCharsets.ISO_8859_1));
        out.writeBytes(rest);
        ImageSize size = ImageSize.of(url(out.toByteArray()));

        assertThat(size.width()).isPositive();
        assertThat(size.height()).isPositive();
      }
    }
  }
}
