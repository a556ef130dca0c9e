// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import io.completionworker.completion.SourceRecord.RecordHeader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The record header that names a saved config of the gateway. It may also hold a config itself, as
 * inline JSON; such a config names hosts and keys, so it is treated as a secret.
 */
public final class ConfigHeader {

  /** Its name; in any case in records. */
  public static final String NAME = "x-portkey-config";

  private static final Pattern ID = Pattern.compile("pc-[A-Za-z0-9._@-]{1,128}");

  /** Neither an id nor JSON, so that it is refused also by an instance that takes inline JSON. */
  private static final byte[] LEFT_OUT = "(left out)".getBytes(StandardCharsets.UTF_8);

  /** Stands for bytes that are no text, since that is another fault. */
  private static final byte[] NO_TEXT = {(byte) 0xff};

  private ConfigHeader() {}

  /** Whether a config is the id of a saved one, and so holds no keys and no hosts itself. */
  public static boolean isId(String config) {
    return ID.matcher(config).matches();
  }

  /** Whether this is the header, with anything but the id of a saved config in it. */
  public static boolean mayHoldKeys(RecordHeader header) {
    String text = header.text();
    return header.name().strip().toLowerCase(Locale.ROOT).equals(NAME)
        && text != null
        && !text.isBlank()
        && !isId(text.strip());
  }

  /**
   * The header as it may be stored where inline configs are refused: what may hold keys is replaced
   * by a text that is refused for the same reason and in the same words.
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
