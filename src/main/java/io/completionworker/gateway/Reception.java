package io.completionworker.gateway;

import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.port.DeltaSink;
import io.completionworker.gateway.stream.AnswerStream;
import io.completionworker.gateway.stream.StreamEnd;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is made of a response as it comes in: it is kept and read as a whole, or read as a stream.
 *
 * <p>Lives on the event loop of its exchange. While the taker of a stream has no room, the response
 * is paused, so that the server has to wait and not our memory.
 */
final class Reception {

  private final HttpClientResponse response;
  private final Wiring wiring;
  private final Buffer kept = Buffer.buffer();
  private final @Nullable AnswerStream stream;
  private boolean over;

  private Reception(HttpClientResponse response, Wiring wiring, @Nullable AnswerStream stream) {
    this.response = response;
    this.wiring = wiring;
    this.stream = stream;
  }

  /** A response to be read as a whole. */
  static Reception whole(HttpClientResponse response, Wiring wiring) {
    return new Reception(response, wiring, null);
  }

  /**
   * A response to a request for a stream, which may be none all the same.
   *
   * @param choices how many were asked for
   * @param resume makes the exchange call {@link #resume} on the event loop
   */
  static Reception streamed(
      HttpClientResponse response, Wiring wiring, int choices, DeltaSink deltas, Runnable resume) {
    return ResponseReader.isStream(response.statusCode(), response.headers())
        ? new Reception(
            response, wiring, new AnswerStream(wiring.streams(), choices, deltas, resume))
        : whole(response, wiring);
  }

  /** Takes a packet; returns the result if that makes one. */
  @Nullable AttemptResult received(Buffer packet) {
    if (stream != null) {
      stream.receive(packet.getBytes());
      return isPaused() ? null : advance(stream);
    }
    int room = wiring.transport().maxResponseBytes() - kept.length();
    if (packet.length() <= room) {
      kept.appendBuffer(packet);
      return null;
    }
    kept.appendBuffer(packet, 0, room);
    return read(true);
  }

  /** The server has ended its response. */
  void over() {
    over = true;
  }

  /** What that makes of it; null while some of it is held back. */
  @Nullable AttemptResult ended() {
    if (stream == null) {
      return read(false);
    }
    return isPaused() ? null : read(stream, stream.over());
  }

  /** Goes on after a pause. */
  @Nullable AttemptResult resume() {
    if (stream == null || !stream.isFull()) {
      return null;
    }
    AttemptResult result = advance(stream);
    if (result == null && !stream.isFull()) {
      if (over) {
        return read(stream, stream.over());
      }
      response.resume();
    }
    return result;
  }

  /** Whether we are why nothing comes. */
  boolean isPaused() {
    return stream != null && stream.isFull();
  }

  /** Whether the response has ended. */
  boolean isOver() {
    return over;
  }

  /** The connection is gone. */
  AttemptResult lost(Throwable cause) {
    return stream == null
        ? unanswered(wiring.failures().connectionLost(cause, true))
        : cutOff(stream, wiring.failures().lost(cause));
  }

  /** Nothing came for this time. */
  AttemptResult silent(Duration limit) {
    return stream == null
        ? unanswered(wiring.failures().silent(limit))
        : cutOff(stream, "nothing received for " + limit.toMillis() + " ms");
  }

  /** It was not complete within this time. */
  AttemptResult tooSlow(Duration limit) {
    return unanswered(wiring.failures().tooSlow(limit));
  }

  private @Nullable AttemptResult advance(AnswerStream open) {
    StreamEnd end = open.advance();
    if (end != null) {
      return read(open, end);
    }
    if (open.isFull()) {
      response.pause();
    }
    return null;
  }

  private AttemptResult cutOff(AnswerStream open, String how) {
    return read(open, new StreamEnd.CutOff(how));
  }

  /** The response tells more of the attempt than what ended it knows. */
  private AttemptResult unanswered(AttemptResult.Rejected failure) {
    return wiring
        .reader()
        .unanswered(response.statusCode(), response.headers(), stream, failure.error());
  }

  private AttemptResult read(AnswerStream open, StreamEnd end) {
    return wiring.reader().read(response.statusCode(), response.headers(), open, end);
  }

  private AttemptResult read(boolean cut) {
    return wiring.reader().read(response.statusCode(), response.headers(), kept.getBytes(), cut);
  }
}
