// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.stream;

import io.completionworker.completion.Chunk.ChunkDelta;
import io.completionworker.gateway.json.AnswerJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A stream that was read to its end, and the deltas that it passed on.
 *
 * @param end never null: a stream that ends without one was cut off
 */
record StreamReading(StreamEnd end, List<ChunkDelta> deltas) {

  static final int MAX_BYTES = 1 << 20;

  static StreamReading of(String... events) {
    return of(1, Events.stream(events));
  }

  /** In one packet. */
  static StreamReading of(int choices, byte[] stream) {
    return of(choices, MAX_BYTES, stream, Math.max(1, stream.length));
  }

  static StreamReading of(int choices, int maxBytes, byte[] stream, int packet) {
    List<ChunkDelta> deltas = new ArrayList<>();
    var rules = new AnswerStream.Rules(maxBytes, InstantSource.system());
    var open = new AnswerStream(rules, choices, (delta, resume) -> deltas.add(delta), () -> {});
    for (int from = 0; from < stream.length; from += packet) {
      open.receive(Arrays.copyOfRange(stream, from, Math.min(stream.length, from + packet)));
      StreamEnd end = open.advance();
      if (end != null) {
        return new StreamReading(end, deltas);
      }
    }
    return new StreamReading(Objects.requireNonNull(open.over()), deltas);
  }

  boolean isComplete() {
    return end instanceof StreamEnd.Complete;
  }

  /** The answer; fails when there is none. */
  String body() {
    return AnswerJson.write(((StreamEnd.Complete) end).answer());
  }

  /** The body of an answer as {@code curl -i} printed it. */
  static byte[] recorded(String name) {
    String resource = "/recorded/" + name + ".txt";
    try (InputStream in = StreamReading.class.getResourceAsStream(resource)) {
      String text =
          new String(Objects.requireNonNull(in, resource).readAllBytes(), StandardCharsets.UTF_8);
      return text.substring(text.indexOf("\n\n") + 2, text.indexOf("\n(curl exit 0)"))
          .getBytes(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
