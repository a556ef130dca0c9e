package io.completionworker.gateway.stream;

import io.completionworker.avro.ChoiceDelta;
import io.completionworker.avro.GatewayDetails;
import io.completionworker.completion.ChunkDelta;
import io.completionworker.completion.Served;
import io.completionworker.completion.port.DeltaSink;
import io.completionworker.gateway.json.ChunkDecoder;
import io.completionworker.gateway.json.ChunkDecoder.Chunk;
import io.completionworker.gateway.json.ChunkDecoder.Piece;
import io.completionworker.gateway.json.InvalidAnswerException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One streamed answer: passes on what comes as it comes, and holds the whole.
 *
 * <p>An answer is complete when {@code [DONE]} has come and every choice has a finish reason.
 * Gateways close a stream whose provider failed in good order and with status 200, so that nothing
 * less tells an answer from a half of one. Not thread-safe.
 */
public final class AnswerStream {

  private static final String DONE = "[DONE]";

  /**
   * What all streams share. Safe on every thread.
   *
   * @param maxBytes size of the largest event, and of the largest answer
   * @param clock for when deltas came
   */
  public record Rules(ChunkDecoder decoder, int maxBytes, InstantSource clock) {

    /** Rules for answers of at most this size. */
    public Rules(int maxBytes, InstantSource clock) {
      this(new ChunkDecoder(maxBytes), maxBytes, clock);
    }
  }

  private final Rules rules;
  private final int expectedChoices;
  private final DeltaSink deltas;
  private final Runnable resume;
  private final SseParser parser;
  private final AnswerAssembly assembly = new AnswerAssembly();
  private final AssemblySize size = new AssemblySize();
  private final SplitCharacters characters = new SplitCharacters();
  private boolean full;

  /**
   * A stream of which nothing has come yet.
   *
   * @param expectedChoices choices that were asked for
   * @param resume given to the sink, for it to run when it has room again
   */
  public AnswerStream(Rules rules, int expectedChoices, DeltaSink deltas, Runnable resume) {
    this.rules = rules;
    this.expectedChoices = expectedChoices;
    this.deltas = deltas;
    this.resume = resume;
    this.parser = new SseParser(rules.maxBytes());
  }

  /** Takes the next packet, to be read by {@link #advance}. */
  public void receive(byte[] packet) {
    parser.feed(packet);
  }

  /** Whether {@link #advance} stopped because the sink had no room. */
  public boolean isFull() {
    return full;
  }

  /**
   * Reads on, until the stream ends, the sink has no room for more, or the packet is used up.
   *
   * @return how the stream ended; null while it goes on
   */
  public @Nullable StreamEnd advance() {
    full = false;
    try {
      StreamEnd end = null;
      while (end == null && !full) {
        SseEvent event = parser.next();
        if (event == null) {
          return null;
        }
        end = take(event);
      }
      return end;
    } catch (EventTooLargeException e) {
      return new StreamEnd.TooLarge();
    }
  }

  /** Nothing more comes, and {@link #advance} has found no end. */
  public StreamEnd.CutOff over() {
    String missing = assembly.missing(expectedChoices);
    return new StreamEnd.CutOff("no [DONE] came" + (missing == null ? "" : ", and " + missing));
  }

  /**
   * What has come says of the work behind it, though the answer may not be whole.
   *
   * @param gateway what the headers of the response said
   */
  public Served served(GatewayDetails gateway) {
    return new Served(
        Objects.requireNonNullElse(assembly.model(), ""),
        assembly.serviceTier(),
        assembly.reported(),
        gateway);
  }

  private @Nullable StreamEnd take(SseEvent event) {
    if (event.name().equals("error")) {
      return new StreamEnd.Failed(bytes(event));
    }
    String data = event.data().strip();
    if (data.isEmpty()) {
      return null;
    }
    if (data.equals(DONE)) {
      return done();
    }
    Chunk chunk;
    try {
      chunk = rules.decoder().decode(event.data());
    } catch (InvalidAnswerException e) {
      return new StreamEnd.Unreadable(e.fault(), bytes(event));
    }
    if (chunk.error()) {
      assembly.describe(chunk);
      return new StreamEnd.Failed(bytes(event));
    }
    size.add(chunk);
    assembly.add(chunk);
    if (size.bytes() + assembly.overhead() > rules.maxBytes()) {
      return new StreamEnd.TooLarge();
    }
    passOn(chunk, event.bytes());
    return null;
  }

  /** Some providers give one choice whatever was asked for, streamed or not: that is an answer. */
  private StreamEnd done() {
    String missing = assembly.missing(0);
    if (missing != null) {
      return new StreamEnd.CutOff(missing);
    }
    byte[] body = AssembledBody.of(assembly);
    return body.length > rules.maxBytes() ? new StreamEnd.TooLarge() : new StreamEnd.Complete(body);
  }

  private void passOn(Chunk chunk, int bytes) {
    if (chunk.pieces().isEmpty() && chunk.usage() == null) {
      return;
    }
    List<ChoiceDelta> choices =
        characters.whole(chunk.pieces().stream().map(Piece::delta).toList());
    long created = Objects.requireNonNullElse(chunk.created(), 0L);
    var delta =
        new ChunkDelta(
            chunk.id(),
            chunk.model(),
            created,
            choices,
            chunk.usage(),
            rules.clock().millis(),
            bytes);
    full = !deltas.accept(delta, resume);
  }

  private static byte[] bytes(SseEvent event) {
    return event.data().getBytes(StandardCharsets.UTF_8);
  }
}
