// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The first bytes of a SHA-256 hash, as lower-case hex digits. */
public final class Fingerprint {

  private Fingerprint() {}

  /** Returns the hex digits of the first bytes of the hash of the text in UTF-8. */
  public static String of(String text, int bytes) {
    return of(text.getBytes(StandardCharsets.UTF_8), bytes);
  }

  /** Returns the hex digits of the first bytes of the hash of the data. */
  public static String of(byte[] data, int bytes) {
    return HexFormat.of().formatHex(hash(data), 0, bytes);
  }

  /** Returns the whole hash of the text. */
  static byte[] hash(String text) {
    return hash(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The hash of data that comes piece by piece, which can be read after each piece. Not
   * thread-safe.
   */
  public static final class Running {

    private final MessageDigest digest = sha256();

    /** Adds the next piece. */
    public void add(byte[] piece) {
      digest.update(piece);
    }

    /** Adds a text in UTF-8. */
    public void add(String piece) {
      add(piece.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the hex digits of the first bytes of the hash of all pieces so far. */
    public String soFar(int bytes) {
      try {
        return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest(), 0, bytes);
      } catch (CloneNotSupportedException e) {
        throw new IllegalStateException("The SHA-256 of the Java platform can be copied", e);
      }
    }
  }

  private static byte[] hash(byte[] data) {
    return sha256().digest(data);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
