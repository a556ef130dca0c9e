// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import io.completionworker.completion.SourceRecord.RecordHeader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The record header that names a saved config of the gateway. It may also hold a config itself, as
 * inline JSON. Such a config contains hosts and keys, so it is treated as a secret.
 */
public final class ConfigHeader {

  /** The name of the header; records may write it in any case. */
  public static final String NAME = "x-portkey-config";

  private static final Pattern ID = Pattern.compile("pc-[A-Za-z0-9._@-]{1,128}");

  /**
   * Replaces an inline config. This text is neither an id nor JSON, so an instance that allows
   * inline JSON refuses it too.
   */
  private static final byte[] LEFT_OUT = "(left out)".getBytes(StandardCharsets.UTF_8);

  /** Replaces bytes that are not text, which are refused for another reason. */
  private static final byte[] NO_TEXT = {(byte) 0xff};

  private ConfigHeader() {}

  /** Whether a config is the id of a saved config, and therefore contains no keys or hosts. */
  public static boolean isId(String config) {
    return ID.matcher(config).matches();
  }

  /** Whether this is the config header, with anything except the id of a saved config. */
  public static boolean mayHoldKeys(RecordHeader header) {
    String text = header.text();
    return header.name().strip().toLowerCase(Locale.ROOT).equals(NAME)
        && text != null
        && !text.isBlank()
        && !isId(text.strip());
  }

  /**
   * Returns the header in the form that may be stored if inline configs are not allowed. A value
   * that may hold keys is replaced by one that is refused for the same reason and with the same
   * message.
   */
  public static RecordHeader withoutKeys(RecordHeader header) {
    return mayHoldKeys(header)
        ? new RecordHeader(header.name(), isText(header) ? LEFT_OUT : NO_TEXT)
        : header;
  }

  private static boolean isText(RecordHeader header) {
    String text = header.text();
    return text != null && Arrays.equals(text.getBytes(StandardCharsets.UTF_8), header.value());
  }
}
