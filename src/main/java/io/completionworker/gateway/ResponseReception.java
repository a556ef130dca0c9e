// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import io.completionworker.completion.AnswerMemoryLimit;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.port.CompletionClient.DeltaSink;
import io.completionworker.gateway.GatewayClient.ExchangeContext;
import io.completionworker.gateway.json.RequestEncoder.Body;
import io.completionworker.gateway.stream.AnswerStream;
import io.completionworker.gateway.stream.StreamEnd;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a response as it comes in. Its first bytes decide whether it is read as a stream, or kept
 * and read as a whole.
 *
 * <p>Runs on the event loop of its exchange. While the sink of a stream has no room, or the
 * worker's answers take too much memory, the response is paused. The server then has to wait, and
 * the response does not fill the worker's memory.
 */
final class ResponseReception {

  /** The number of bytes of a stream that are kept for the excerpt of a failure. */
  private static final int EXCERPT_BYTES = 2_000;

  private final HttpClientResponse response;
  private final ExchangeContext wiring;
  private final AnswerStream events;
  private Buffer kept = Buffer.buffer();
  private final boolean streamed;
  private @Nullable BodyForm form;
  private final AnswerMemoryLimit.Share share;
  private int skipped;
  private boolean crowded;
  private boolean over;

  /**
   * Creates the reception of a response of which nothing was received yet.
   *
   * @param asked the request that was sent
   * @param deltas receives the deltas of a stream if one was requested
   * @param resume makes the exchange call {@link #resume} on the event loop
   */
  ResponseReception(
      HttpClientResponse response,
      ExchangeContext wiring,
      Body asked,
      DeltaSink deltas,
      Runnable resume) {
    this.response = response;
    this.wiring = wiring;
    this.streamed = asked.streamed();
    this.share = wiring.room().open(resume);
    DeltaSink taker = streamed ? deltas : DeltaSink.NONE;
    this.events = new AnswerStream(wiring.streams(), asked.choices(), taker, resume);
    boolean success = response.statusCode() >= 200 && response.statusCode() < 300;
    this.form = success ? null : BodyForm.WHOLE; // an error response is never streamed
  }

  /** Takes a packet. Returns the result if the packet completes one, else null. */
  @Nullable AttemptResult received(Buffer packet) {
    AttemptResult result =
        form == null ? begin(packet) : form == BodyForm.EVENTS ? event(packet) : keep(packet);
    if (result == null && !share.holds(kept.length() + events.bytes())) {
      crowded = true;
      response.pause();
    }
    return result;
  }

  /** Releases the share of the answers' memory. May be called on any thread. */
  void close() {
    share.close();
  }

  /**
   * Determines the form of the body by its first bytes. Skips leading white space, which keeps the
   * connection open.
   */
  private @Nullable AttemptResult begin(Buffer packet) {
    int blanks = 0;
    while (kept.length() == 0
        && blanks < packet.length()
        && BodyForm.isBlank(packet.getByte(blanks))) {
      blanks++;
    }
    skipped += blanks;
    Buffer begin = kept.appendBuffer(packet, blanks, packet.length() - blanks);
    form = BodyForm.of(begin);
    boolean fits = skipped + begin.length() <= wiring.transport().maxResponseBytes();
    if (form == null) {
      return fits ? null : read(true);
    }
    if (form == BodyForm.WHOLE && fits) {
      return null;
    }
    kept = Buffer.buffer();
    return form == BodyForm.EVENTS ? event(begin) : keep(begin);
  }

  private @Nullable AttemptResult event(Buffer packet) {
    int room = EXCERPT_BYTES - kept.length();
    if (room > 0) {
      kept.appendBuffer(packet, 0, Math.min(room, packet.length()));
    }
    events.receive(packet.getBytes());
    return events.isFull() ? null : advance();
  }

  private @Nullable AttemptResult keep(Buffer packet) {
    int room = Math.max(0, wiring.transport().maxResponseBytes() - kept.length() - skipped);
    if (packet.length() <= room) {
      kept.appendBuffer(packet);
      return null;
    }
    kept.appendBuffer(packet, 0, room);
    return read(true);
  }

  /** Records that the server has ended its response. */
  void over() {
    over = true;
  }

  /** Returns the result after the end of the response, or null while a part of it is held back. */
  @Nullable AttemptResult ended() {
    if (!isStream()) {
      return read(false);
    }
    return events.isFull() ? null : last();
  }

  /** Continues after a pause, unless there is another reason to pause. */
  @Nullable AttemptResult resume() {
    boolean paused = isPaused();
    crowded = !share.holds(kept.length() + events.bytes());
    AttemptResult result = events.isFull() ? advance() : null;
    if (result != null || !paused || isPaused()) {
      return result;
    }
    if (over && isStream()) {
      return last();
    }
    response.resume();
    return null;
  }

  /** Whether the worker itself holds back the response. */
  boolean isPaused() {
    return events.isFull() || crowded;
  }

  /** Whether the response has ended. */
  boolean isOver() {
    return over;
  }

  /** Returns the result after the connection was lost. */
  AttemptResult lost(Throwable cause) {
    return isStream()
        ? cutOff(wiring.failures().lost(cause))
        : unanswered(wiring.failures().connectionLost(cause, true));
  }

  /** Returns the result after nothing was received for this time. */
  AttemptResult silent(Duration limit) {
    return isStream()
        ? cutOff("nothing received for " + limit.toMillis() + " ms")
        : unanswered(wiring.failures().silent(limit));
  }

  /** Returns the result after the attempt was cancelled. */
  AttemptResult cancelled() {
    return unanswered(wiring.failures().cancelled(true));
  }

  /** Returns the result of a response that was not complete within this time. */
  AttemptResult tooSlow(Duration limit) {
    return unanswered(wiring.failures().tooSlow(limit));
  }

  /**
   * Whether the response is a stream. As long as too little was received to tell, the request
   * decides.
   */
  private boolean isStream() {
    return form == null ? streamed : form == BodyForm.EVENTS;
  }

  private @Nullable AttemptResult advance() {
    StreamEnd end = events.advance();
    if (end != null) {
      return read(end);
    }
    if (events.isFull()) {
      response.pause();
    }
    return null;
  }

  private @Nullable AttemptResult last() {
    StreamEnd end = events.over();
    return end == null ? null : read(end);
  }

  private AttemptResult cutOff(String how) {
    return read(new StreamEnd.Truncated(how));
  }

  /**
   * Returns a failure with what the response says about the attempt, which the given failure lacks.
   */
  private AttemptResult unanswered(AttemptResult.Rejected failure) {
    return wiring
        .reader()
        .unanswered(response.statusCode(), response.headers(), events, failure.error());
  }

  private AttemptResult read(StreamEnd end) {
    return wiring
        .reader()
        .read(response.statusCode(), response.headers(), events, end, kept.getBytes());
  }

  private AttemptResult read(boolean cut) {
    return wiring.reader().read(response.statusCode(), response.headers(), kept.getBytes(), cut);
  }

  /**
   * The form of a body. The first bytes distinguish a stream of events from anything else. Content
   * types do not help: endpoints send events as JSON, JSON as events, and both to requests that
   * asked for the other.
   */
  private enum BodyForm {
    /** Server-sent events. */
    EVENTS,
    /** JSON, or any other content. */
    WHOLE;

    private static final List<String> FIELDS =
        List.of("data:", "event:", "id:", "retry:", "error:");
    private static final int LONGEST_FIELD = 6;
    private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    /**
     * Returns the form of a body that begins with these bytes, or null if more bytes are needed.
     *
     * @param begin the first bytes; leading white space and a byte order mark are skipped
     */
    static @Nullable BodyForm of(Buffer begin) {
      int start = skipBlanks(begin, 0);
      int mark = 0;
      while (mark < MARK.length && start < begin.length() && begin.getByte(start) == MARK[mark]) {
        start++;
        mark++;
      }
      start = skipBlanks(begin, start);
      if (start == begin.length()) {
        return null;
      }
      byte first = begin.getByte(start);
      if (first == '{' || first == ':') {
        return first == '{' ? WHOLE : EVENTS; // a comment begins with a colon
      }
      int end = Math.min(begin.length(), start + LONGEST_FIELD);
      String text = new String(begin.getBytes(start, end), StandardCharsets.ISO_8859_1);
      boolean undecided = false;
      for (String field : FIELDS) {
        if (text.startsWith(field)) {
          return EVENTS;
        }
        undecided |= field.startsWith(text);
      }
      return undecided ? null : WHOLE;
    }

    private static int skipBlanks(Buffer bytes, int from) {
      int at = from;
      while (at < bytes.length() && isBlank(bytes.getByte(at))) {
        at++;
      }
      return at;
    }

    /**
     * Whether the byte is white space between JSON values, which is also an empty line between
     * events.
     */
    static boolean isBlank(byte first) {
      return first == ' ' || first == '\n' || first == '\r' || first == '\t';
    }
  }
}
