package io.completionworker.tokens;

import io.completionworker.avro.FilePart;
import io.completionworker.avro.InputAudio;
import java.util.Locale;

/** Tokens of what is no text. None of it is decoded: sizes are all that is looked at. */
final class MediaTokens {

  /** A file that was uploaded before, whose size nobody here knows: two or three pages of text. */
  static final long UPLOADED_FILE = 1_000;

  /** An audio answer of before: ten seconds at a token for 50 milliseconds. */
  static final long EARLIER_AUDIO = 200;

  /** A tenth of a second, which is a token, of 16 bit mono at 16 kHz. */
  private static final long WAV_BYTES_PER_TOKEN = 3_200;

  /** A tenth of a second at 64 kbit/s. */
  private static final long PACKED_BYTES_PER_TOKEN = 800;

  private MediaTokens() {}

  static long audio(InputAudio audio) {
    boolean wav = audio.getFormat().toLowerCase(Locale.ROOT).equals("wav");
    long perToken = wav ? WAV_BYTES_PER_TOKEN : PACKED_BYTES_PER_TOKEN;
    return (decodedBytes(audio.getData()) + perToken - 1) / perToken;
  }

  /** The content alone: as if all of it were text. */
  static long file(FilePart file) {
    String data = file.getFileData();
    if (data != null) {
      return TextCounter.ofBytes(decodedBytes(data));
    }
    return file.getFileId() == null ? 0 : UPLOADED_FILE;
  }

  /** Bytes that the base64 stands for, with or without a {@code data:...,} before it. */
  private static long decodedBytes(String base64) {
    int start = base64.startsWith("data:") ? base64.indexOf(',') + 1 : 0;
    int end = base64.length();
    while (end > start && base64.charAt(end - 1) == '=') {
      end--;
    }
    return (end - start) * 3L / 4;
  }
}
