// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tokens;

import org.jspecify.annotations.Nullable;

/** Width and height of an image, in pixels. */
record ImageSize(double width, double height) {

  /** The size that is assumed where none is known, as behind a URL. */
  static final ImageSize USUAL = new ImageSize(1_024, 1_024);

  /** So that a size that is scaled to a whole number of squares has no more of them. */
  static final double ROUNDING = 1e-6;

  /**
   * Returns the size of the image in a data URL, from its first bytes; the usual size for another
   * URL, and for an image that is no PNG, JPEG, GIF or WebP.
   */
  static ImageSize of(String url) {
    boolean embedded = url.regionMatches(true, 0, "data:", 0, "data:".length());
    int comma = embedded ? url.indexOf(',') : -1;
    ImageSize read = comma < 0 ? null : new ImageHeader(url, comma + 1).size();
    return read == null || read.width < 1 || read.height < 1 ? USUAL : read;
  }

  double pixels() {
    return width * height;
  }

  ImageSize scaled(double factor) {
    return new ImageSize(width * factor, height * factor);
  }

  /** Returns the size after scaling down to this longest side. */
  ImageSize within(double longest) {
    return scaled(Math.min(1, longest / Math.max(width, height)));
  }

  /** Returns the size after scaling down to this shortest side. */
  ImageSize narrowedTo(double shortest) {
    return scaled(Math.min(1, shortest / Math.min(width, height)));
  }

  /** Returns how many squares with this side cover the image. */
  long squares(int side) {
    return across(width, side) * across(height, side);
  }

  private static long across(double length, int side) {
    return Math.max(1, (long) Math.ceil(length / side - ROUNDING));
  }

  /**
   * The first bytes of an image in base64. Only those that are looked at are decoded, so the cost
   * does not depend on the size of the image. Not thread-safe.
   */
  private static final class ImageHeader {

    /** Far more segments than a JPEG has before its size. */
    private static final int MOST_SEGMENTS = 200;

    private final String text;
    private final int start;
    private boolean unreadable;

    ImageHeader(String text, int start) {
      this.text = text;
      this.start = start;
    }

    /** Returns the size that the image says it has; null if it says none. */
    @Nullable ImageSize size() {
      ImageSize size = null;
      if (is(0, "\u0089PNG\r\n\u001a\n") && is(12, "IHDR")) {
        size = new ImageSize(bigEndian(16, 4), bigEndian(20, 4));
      } else if (is(0, "GIF8")) {
        size = new ImageSize(littleEndian(6, 2), littleEndian(8, 2));
      } else if (is(0, "RIFF") && is(8, "WEBP")) {
        size = webp();
      } else if (is(0, "\u00ff\u00d8")) {
        size = jpeg();
      }
      return unreadable ? null : size;
    }

    private @Nullable ImageSize webp() {
      if (is(12, "VP8X")) {
        return new ImageSize(1 + littleEndian(24, 3), 1 + littleEndian(27, 3));
      } else if (is(12, "VP8 ")) {
        return new ImageSize(littleEndian(26, 2) & 0x3fff, littleEndian(28, 2) & 0x3fff);
      } else if (is(12, "VP8L")) {
        long bits = littleEndian(21, 4);
        return new ImageSize(1 + (bits & 0x3fff), 1 + ((bits >> 14) & 0x3fff));
      }
      return null;
    }

    /** Goes from segment to segment up to the one with the frame. */
    private @Nullable ImageSize jpeg() {
      int at = 2;
      for (int i = 0; i < MOST_SEGMENTS && !unreadable && at(at) == 0xff; i++) {
        int marker = at(at + 1);
        boolean frame =
            marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
        if (frame) {
          return new ImageSize(bigEndian(at + 7, 2), bigEndian(at + 5, 2));
        }
        at += marker == 0xff ? 1 : 2 + (int) bigEndian(at + 2, 2);
      }
      return null;
    }

    private boolean is(int index, String bytes) {
      for (int i = 0; i < bytes.length(); i++) {
        if (at(index + i) != bytes.charAt(i)) {
          return false;
        }
      }
      return true;
    }

    private long bigEndian(int index, int bytes) {
      long value = 0;
      for (int i = 0; i < bytes; i++) {
        value = (value << 8) | at(index + i);
      }
      return value;
    }

    private long littleEndian(int index, int bytes) {
      long value = 0;
      for (int i = bytes - 1; i >= 0; i--) {
        value = (value << 8) | at(index + i);
      }
      return value;
    }

    /** Returns a byte; 0 if the text has no such byte, and then nothing that was read counts. */
    private int at(int index) {
      int group = start + index / 3 * 4;
      int place = index % 3;
      int high = sextet(group + place);
      int low = sextet(group + place + 1);
      if (high < 0 || low < 0) {
        unreadable = true;
        return 0;
      }
      return ((high << (2 * (place + 1))) | (low >> (2 * (2 - place)))) & 0xff;
    }

    private int sextet(int index) {
      char c = index < text.length() ? text.charAt(index) : '=';
      if (c >= 'A' && c <= 'Z') {
        return c - 'A';
      } else if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
      } else if (c >= '0' && c <= '9') {
        return c - '0' + 52;
      }
      return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
    }
  }
}
