// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.stream;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parses server-sent events from packets of any size, according to the HTML standard (section
 * "Interpreting an event stream").
 *
 * <p>Works on bytes: line ends and colons are never part of another UTF-8 character, so a character
 * that is split across packets needs no special treatment. The fields {@code id} and {@code retry}
 * are for clients that reconnect, which is impossible here, so they are skipped like unknown
 * fields. Two things that the standard skips are kept, since endpoints send them when they fail: a
 * field {@code error}, and a line of JSON without a field name. Not thread-safe.
 */
final class SseParser {

  private static final byte[] NO_BYTES = {};
  private static final byte[] BOM = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final int maxEventBytes;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();
  private String name = "";
  private long eventBytes;
  private boolean begun;
  private boolean afterReturn;
  private byte[] packet = NO_BYTES;
  private int position;

  /** Creates a parser that rejects events larger than this. */
  SseParser(int maxEventBytes) {
    this.maxEventBytes = maxEventBytes;
  }

  /** Takes the next packet. */
  void feed(byte[] next) {
    int left = packet.length - position;
    byte[] all = next;
    if (left > 0) {
      all = Arrays.copyOfRange(packet, position, position + left + next.length);
      System.arraycopy(next, 0, all, left, next.length);
    }
    packet = all;
    position = 0;
  }

  /** Returns the number of bytes that are held of events that have not ended. */
  long bytes() {
    return (long) line.size() + data.size() + packet.length - position;
  }

  /** Returns the next event, or null if its end was not received yet. */
  @Nullable SseEvent next() throws EventTooLargeException {
    while (position < packet.length) {
      byte first = packet[position];
      if (first == '\n' && afterReturn) { // the second character of a CRLF
        afterReturn = false;
        position++;
      } else if (first == '\n' || first == '\r') {
        afterReturn = first == '\r';
        position++;
        SseEvent event = endOfLine();
        if (event != null) {
          return event;
        }
      } else {
        afterReturn = false;
        text();
      }
    }
    return null;
  }

  /**
   * Returns what was received since the last event, after the end of the stream. Returns null if
   * that is not an event.
   */
  @Nullable SseEvent last() throws EventTooLargeException {
    if (line.size() > 0) {
      endOfLine();
    }
    return endOfEvent();
  }

  /** Adds the part of the current line that is in the packet. */
  private void text() throws EventTooLargeException {
    int end = position;
    while (end < packet.length && packet[end] != '\n' && packet[end] != '\r') {
      end++;
    }
    eventBytes += end - position;
    if (eventBytes > maxEventBytes) {
      throw new EventTooLargeException();
    }
    line.write(packet, position, end - position);
    position = end;
  }

  private @Nullable SseEvent endOfLine() throws EventTooLargeException {
    byte[] bytes = line.toByteArray();
    line.reset();
    int start = begun ? 0 : afterBom(bytes);
    begun = true;
    if (start == bytes.length) {
      return endOfEvent();
    }
    while (start < bytes.length - 1 && (bytes[start] == ' ' || bytes[start] == '\t')) {
      start++; // no standard allows blanks before a field, but some servers send them
    }
    if (bytes[start] == '{' || text(bytes, start, Math.min(start + 2, bytes.length)).equals("[{")) {
      line(bytes, start);
    } else if (bytes[start] == ':') {
      eventBytes -= bytes.length; // comments may come for hours and must not add up
    } else {
      field(bytes, start);
    }
    return null;
  }

  private static int afterBom(byte[] bytes) {
    boolean marked =
        bytes.length >= 3 && bytes[0] == BOM[0] && bytes[1] == BOM[1] && bytes[2] == BOM[2];
    return marked ? 3 : 0;
  }

  private void field(byte[] bytes, int start) throws EventTooLargeException {
    int colon = start;
    while (colon < bytes.length && bytes[colon] != ':') {
      colon++;
    }
    int value = Math.min(colon + 1, bytes.length);
    if (value < bytes.length && bytes[value] == ' ') {
      value++;
    }
    switch (text(bytes, start, colon)) {
      case "data" -> line(bytes, value);
      case "error" -> {
        name = "error";
        line(bytes, value);
      }
      case "event" -> name = text(bytes, value, bytes.length);
      default -> {} // skipped
    }
  }

  /** Adds a line of data. */
  private void line(byte[] bytes, int start) throws EventTooLargeException {
    data.write(bytes, start, bytes.length - start);
    data.write('\n');
    eventBytes++;
    if (data.size() > maxEventBytes) {
      throw new EventTooLargeException();
    }
  }

  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  private @Nullable SseEvent endOfEvent() {
    SseEvent event = null;
    if (data.size() > 0 || SseEvent.failed(name)) { // an error needs no data
      byte[] lines = data.toByteArray();
      String said = text(lines, 0, Math.max(0, lines.length - 1));
      event = new SseEvent(name, said, (int) eventBytes);
      data.reset();
    }
    name = "";
    eventBytes = 0;
    return event;
  }

  /** Thrown if an event exceeds the maximum size. */
  static final class EventTooLargeException extends Exception {

    private static final long serialVersionUID = 1L;

    EventTooLargeException() {
      super("an event is too large", null, false, false);
    }
  }

  /**
   * One server-sent event.
   *
   * @param name the name of the event; empty if it has none
   * @param data the lines of {@code data}, joined by line feeds
   * @param bytes size of its lines as received, without their ends
   */
  record SseEvent(String name, String data, int bytes) {

    private static final Set<String> KEEP_ALIVE =
        Set.of("ping", "heartbeat", "keepalive", "keep-alive", "keep_alive");

    /** Whether the name says that the event is an error, whatever its data is. */
    boolean failed() {
      return failed(name);
    }

    /** Whether events of this name are errors. */
    static boolean failed(String name) {
      return name.toLowerCase(Locale.ROOT).endsWith("error");
    }

    /**
     * Whether the event only keeps the connection open: {@code ping} and the like, without JSON.
     */
    boolean keepsAlive() {
      return data.startsWith(":") || KEEP_ALIVE.contains(name.toLowerCase(Locale.ROOT));
    }
  }
}
