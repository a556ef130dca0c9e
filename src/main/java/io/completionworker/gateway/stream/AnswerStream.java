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
 * Reads one streamed answer. Passes each delta on as it comes, and merges them into the whole
 * answer.
 *
 * <p>An answer is complete if every choice has a finish reason that ends an answer, and the
 * response has ended properly: with {@code [DONE]}, which some endpoints never send, or with its
 * last byte. Nothing less distinguishes an answer from half of one, because a gateway whose
 * provider failed also ends the stream properly and with status 200. Not thread-safe.
 */
public final class AnswerStream {

  private static final Set<String> DONE = Set.of("[DONE]", "\"[DONE]\"");
  private static final String DATA = "data:";

  /**
   * The settings that all streams share. Thread-safe.
   *
   * @param maxBytes maximum size of an event and of an answer
   * @param clock clock for the arrival times of deltas
   */
  public record Rules(AnswerJson json, int maxBytes, InstantSource clock) {

    /** Creates rules for events and answers of at most this size. */
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
   * Creates a stream of which nothing was received yet.
   *
   * @param expectedChoices number of choices that were requested
   * @param resume passed to the sink, which runs it when it has room again
   */
  public AnswerStream(Rules rules, int expectedChoices, DeltaSink deltas, Runnable resume) {
    this.rules = rules;
    this.expectedChoices = expectedChoices;
    this.deltas = deltas;
    this.resume = resume;
    this.parser = new SseParser(rules.maxBytes());
  }

  /** Takes the next packet, which {@link #advance} then reads. */
  public void receive(byte[] packet) {
    parser.feed(packet);
  }

  /** Returns the approximate number of bytes that are held. */
  public long bytes() {
    return merged.bytes() + parser.bytes();
  }

  /** Whether {@link #advance} stopped because the sink had no room. */
  public boolean isFull() {
    return full;
  }

  /**
   * Reads on until the stream ends, the sink has no more room, or the packet is used up.
   *
   * @return how the stream ended; null while it continues
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
   * Ends the stream after its last packet, if {@link #advance} has found no end. The remaining data
   * counts as an event although the empty line after it is missing.
   *
   * @return how the stream ended; null while the sink has no room, in which case the caller must
   *     call again
   */
  public @Nullable StreamEnd over() {
    try {
      SseEvent last = parser.last();
      StreamEnd end = last == null ? null : take(last);
      if (end instanceof StreamEnd.Unreadable) {
        return new StreamEnd.Truncated("the last event is not whole");
      }
      if (end != null || full) {
        return end;
      }
    } catch (EventTooLargeException e) {
      return new StreamEnd.TooLarge();
    }
    String missing = merged.missing(expectedChoices);
    return missing == null ? complete() : new StreamEnd.Truncated("no [DONE] came, and " + missing);
  }

  /**
   * Reads an answer whose chunks came as a sequence of JSON values.
   *
   * @return null if they are not chunks
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
   * Returns what the received part says about the work behind it. The answer may be incomplete.
   *
   * @param gateway what the headers of the response said
   */
  public Served served(GatewayDetails gateway) {
    return AnswerDecoder.served(merged.whole(), gateway);
  }

  /** Whether anything was received before the end, so that a model may have done work. */
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
      return null; // only keeps the connection open
    }
    if (DONE.contains(data)) {
      return done();
    }
    AnswerJson.Document read = rules.json().read(data);
    if (read.fault() == null) {
      return takeAll(read.roots(), data, event.bytes());
    }
    if (data.indexOf('\n') >= 0) {
      return takeLines(event); // each line is an event, without an empty line after it
    }
    return event.keepsAlive()
        ? null
        : new StreamEnd.Unreadable("an event of the stream is not valid JSON", bytes(data));
  }

  /**
   * Removes repeated field names. A proxy that turns each line of a stream into an event writes the
   * field name again.
   */
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
      boolean counted = data.contains("oken"); // cheap check: most events have no counts
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

  /**
   * Returns the end after {@code [DONE]}. Some providers return one choice whatever the request
   * asked for, streamed or not, so one choice counts as an answer.
   */
  private StreamEnd done() {
    String missing = merged.missing(0);
    return missing == null ? complete() : new StreamEnd.Truncated(missing);
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
