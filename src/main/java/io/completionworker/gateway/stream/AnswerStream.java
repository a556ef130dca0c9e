// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.avro.ChoiceDelta;
import io.completionworker.avro.GatewayDetails;
import io.completionworker.avro.TokenUsage;
import io.completionworker.completion.Answer.Served;
import io.completionworker.completion.Chunk.ChunkDelta;
import io.completionworker.completion.port.CompletionClient.DeltaSink;
import io.completionworker.gateway.json.AnswerDecoder;
import io.completionworker.gateway.json.AnswerDecoder.InvalidAnswerException;
import io.completionworker.gateway.json.AnswerJson;
import io.completionworker.gateway.json.ErrorBody;
import io.completionworker.gateway.json.LenientJson;
import io.completionworker.gateway.json.UsageReader;
import io.completionworker.gateway.stream.SseParser.EventTooLargeException;
import io.completionworker.gateway.stream.SseParser.SseEvent;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One streamed answer: passes on what comes as it comes, and holds the whole.
 *
 * <p>An answer is complete when every choice has a finish reason that ends an answer and the
 * response has ended in good order: with {@code [DONE]}, which some endpoints never send, or with
 * its last byte. Gateways close a stream whose provider failed in good order and with status 200,
 * so that nothing less tells an answer from a half of one. Not thread-safe.
 */
public final class AnswerStream {

  private static final Set<String> DONE = Set.of("[DONE]", "\"[DONE]\"");
  private static final String DATA = "data:";

  /**
   * What all streams share. Safe on every thread.
   *
   * @param maxBytes size of the largest event, and of the largest answer
   * @param clock for when deltas came
   */
  public record Rules(AnswerJson json, int maxBytes, InstantSource clock) {

    /** Rules for answers of at most this size. */
    public Rules(int maxBytes, InstantSource clock) {
      this(new AnswerJson(maxBytes), maxBytes, clock);
    }
  }

  private final Rules rules;
  private final int expectedChoices;
  private final DeltaSink deltas;
  private final Runnable resume;
  private final SseParser parser;
  private final MergedAnswer merged = new MergedAnswer();
  private final SplitCharacters characters = new SplitCharacters();
  private boolean begun;
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

  /** About what is held of it. */
  public long bytes() {
    return merged.bytes() + parser.bytes();
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

  /**
   * Nothing more comes, and {@link #advance} has found no end. What came last counts as an event
   * though its empty line is missing.
   *
   * @return how the stream ended; null while the sink has no room, to be asked again
   */
  public @Nullable StreamEnd over() {
    try {
      SseEvent last = parser.last();
      StreamEnd end = last == null ? null : take(last);
      if (end instanceof StreamEnd.Unreadable) {
        return new StreamEnd.CutOff("the last event is not whole");
      }
      if (end != null || full) {
        return end;
      }
    } catch (EventTooLargeException e) {
      return new StreamEnd.TooLarge();
    }
    String missing = merged.missing(expectedChoices);
    return missing == null ? complete() : new StreamEnd.CutOff("no [DONE] came, and " + missing);
  }

  /**
   * Reads an answer whose chunks came as JSON, one after the other.
   *
   * @return null when they are no chunks
   */
  public static @Nullable StreamEnd read(Rules rules, List<JsonNode> chunks) {
    boolean streamed =
        !chunks.isEmpty()
            && chunks.stream().anyMatch(chunk -> chunk.path("choices").path(0).has("delta"));
    if (!streamed) {
      return null;
    }
    var stream = new AnswerStream(rules, 0, DeltaSink.NONE, () -> {});
    for (JsonNode chunk : chunks) {
      StreamEnd end = stream.take(chunk, AnswerJson.write(chunk), 0);
      if (end != null) {
        return end;
      }
    }
    return stream.over();
  }

  /**
   * What has come says of the work behind it, though the answer may not be whole.
   *
   * @param gateway what the headers of the response said
   */
  public Served served(GatewayDetails gateway) {
    return AnswerDecoder.served(merged.whole(), gateway);
  }

  /** Whether anything has come of it before its end, so that a model may have worked. */
  public boolean generated() {
    return begun || AnswerDecoder.generated(merged.whole());
  }

  private @Nullable StreamEnd take(SseEvent event) {
    String data = withoutField(event.data().strip());
    if (event.failed()) {
      List<JsonNode> said = rules.json().read(data).roots();
      return new StreamEnd.Failed(
          said.isEmpty() ? ErrorBody.SILENT : ErrorBody.of(said.get(0)), bytes(data));
    }
    if (data.isEmpty() || data.equals("null")) {
      return null; // keeps the connection open
    }
    if (DONE.contains(data)) {
      return done();
    }
    AnswerJson.Document read = rules.json().read(data);
    if (read.fault() == null) {
      return takeAll(read.roots(), data, event.bytes());
    }
    if (data.indexOf('\n') >= 0) {
      return takeLines(event); // an event each, without the empty lines between them
    }
    return event.keepsAlive()
        ? null
        : new StreamEnd.Unreadable("an event of the stream is not valid JSON", bytes(data));
  }

  /** A proxy that makes events of the lines of a stream writes the name of the field again. */
  private static String withoutField(String data) {
    int start = 0;
    while (data.startsWith(DATA, start)) {
      start += DATA.length();
      while (start < data.length() && data.charAt(start) == ' ') {
        start++;
      }
    }
    return start == 0 ? data : data.substring(start);
  }

  private @Nullable StreamEnd takeAll(List<JsonNode> events, String data, int bytes) {
    StreamEnd end = null;
    for (int i = 0; i < events.size() && end == null; i++) {
      end = take(events.get(i), data, i == 0 ? bytes : 0);
    }
    return end;
  }

  private @Nullable StreamEnd takeLines(SseEvent event) {
    StreamEnd end = null;
    for (String line : event.data().lines().toList()) {
      end = end == null ? take(new SseEvent(event.name(), line, line.length())) : end;
    }
    return end;
  }

  private @Nullable StreamEnd take(JsonNode event, String data, int bytes) {
    ErrorBody fault = ErrorBody.fault(event);
    if (!(event instanceof ObjectNode chunk)) {
      return fault == null
          ? new StreamEnd.Unreadable("an event of the stream is not a JSON object", bytes(data))
          : new StreamEnd.Failed(fault, bytes(data));
    }
    if (fault != null) {
      merged.describe(chunk);
      return new StreamEnd.Failed(fault, bytes(data));
    }
    try {
      boolean counted = data.contains("oken"); // most events have no counts, whatever their name
      TokenUsage usage = counted ? UsageReader.read(chunk) : null;
      List<ChoiceDelta> added = merged.add(chunk);
      begun = true;
      if (merged.bytes() > rules.maxBytes()) {
        return new StreamEnd.TooLarge();
      }
      passOn(chunk, added, usage, bytes);
      return null;
    } catch (InvalidAnswerException e) {
      return new StreamEnd.Unreadable(e.fault(), bytes(data));
    }
  }

  /** Some providers give one choice whatever was asked for, streamed or not: that is an answer. */
  private StreamEnd done() {
    String missing = merged.missing(0);
    return missing == null ? complete() : new StreamEnd.CutOff(missing);
  }

  private StreamEnd complete() {
    return new StreamEnd.Complete(merged.whole());
  }

  private void passOn(
      ObjectNode chunk, List<ChoiceDelta> added, @Nullable TokenUsage usage, int bytes) {
    if (added.isEmpty() && usage == null) {
      return;
    }
    Long created = LenientJson.whole(chunk.path("created"));
    var delta =
        new ChunkDelta(
            LenientJson.text(chunk.path("id")),
            LenientJson.text(chunk.path("model")),
            Objects.requireNonNullElse(created, 0L),
            characters.whole(added),
            usage,
            rules.clock().millis(),
            bytes);
    full = !deltas.accept(delta, resume);
  }

  private static byte[] bytes(String data) {
    return data.getBytes(StandardCharsets.UTF_8);
  }
}
