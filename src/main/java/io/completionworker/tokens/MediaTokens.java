// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tokens;

import io.completionworker.avro.FilePart;
import io.completionworker.avro.InputAudio;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Estimates the tokens of content that is not text. It decodes nothing, and uses only sizes. */
final class MediaTokens {

  /** An uploaded file, whose size is unknown here: two or three pages of text. */
  static final long UPLOADED_FILE = 1_000;

  /** An earlier audio answer: ten seconds, at one token for 50 milliseconds. */
  static final long EARLIER_AUDIO = 200;

  /** A tenth of a second of 16 bit mono at 16 kHz, which is one token. */
  private static final long WAV_BYTES_PER_TOKEN = 3_200;

  /** A tenth of a second at 64 kbit/s, which is one token. */
  private static final long PACKED_BYTES_PER_TOKEN = 800;

  /** An image, sound or video in JSON that is not parsed here: about the tokens of an image. */
  static final long EMBEDDED = 1_000;

  /** The minimum length of base64 that counts as media. No word and no signature is as long. */
  private static final int SHORTEST_EMBEDDED = 10_000;

  private MediaTokens() {}

  /**
   * Returns the tokens of JSON that is sent unchanged: by its size, except for media in it; 0 for
   * null.
   */
  static long json(@Nullable String text) {
    if (text == null) {
      return 0;
    }
    long tokens = 0;
    StringBuilder rest = new StringBuilder();
    int start = 0;
    while (start < text.length()) {
      int end = start;
      while (end < text.length() && isBase64(text.charAt(end))) {
        end++;
      }
      boolean media = end - start >= SHORTEST_EMBEDDED;
      tokens += media ? EMBEDDED : 0;
      rest.append(text, media ? end : start, Math.min(text.length(), end + 1));
      start = end + 1;
    }
    return tokens + TextCounter.bySize(rest.toString());
  }

  private static boolean isBase64(char c) {
    return (c < 128 && Character.isLetterOrDigit(c)) || "+/=_-".indexOf(c) >= 0;
  }

  static long audio(InputAudio audio) {
    boolean wav = audio.getFormat().toLowerCase(Locale.ROOT).equals("wav");
    long perToken = wav ? WAV_BYTES_PER_TOKEN : PACKED_BYTES_PER_TOKEN;
    return (decodedBytes(audio.getData()) + perToken - 1) / perToken;
  }

  /** Returns the tokens of the content of a file, as if all of it were text. */
  static long file(FilePart file) {
    String data = file.getFileData();
    if (data != null) {
      return TextCounter.ofBytes(decodedBytes(data));
    }
    return file.getFileId() == null ? 0 : UPLOADED_FILE;
  }

  /**
   * Returns the number of bytes that base64 encodes, with or without a prefix {@code data:...,}.
   */
  private static long decodedBytes(String base64) {
    int start = base64.startsWith("data:") ? base64.indexOf(',') + 1 : 0;
    int end = base64.length();
    while (end > start && base64.charAt(end - 1) == '=') {
      end--;
    }
    return (end - start) * 3L / 4;
  }
}
