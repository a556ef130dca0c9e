// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.completionworker.gateway.stream.SseParser.EventTooLargeException;
import io.completionworker.hostile.Edit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** However a stream is split or spoilt, it ends as it should, and never throws. */
class HostileStreamsPropertyTest {

  private static final byte[] USAGE = StreamReading.recorded("stream-usage");
  private static final ObjectMapper JSON = new ObjectMapper();

  @Property
  void shouldReadTheSameEventsHoweverTheyAreSplit(
      @ForAll("streams") String stream, @ForAll List<@IntRange(min = 0, max = 9) Integer> sizes)
      throws EventTooLargeException {
    byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
    List<byte[]> packets = new ArrayList<>();
    int from = 0;
    for (int size : sizes) {
      int to = Math.min(bytes.length, from + size);
      packets.add(Arrays.copyOfRange(bytes, from, to));
      from = to;
    }
    packets.add(Arrays.copyOfRange(bytes, from, bytes.length));

    assertThat(SseParserTest.read(1 << 20, packets.toArray(byte[][]::new)))
        .isEqualTo(SseParserTest.read(1 << 20, bytes));
  }

  @Property
  void shouldMakeSomethingOfRandomBytes(@ForAll byte[] bytes, @ForAll boolean asData) {
    byte[] stream =
        asData
            ? ("data: " + new String(bytes, StandardCharsets.ISO_8859_1) + "\n\n")
                .getBytes(StandardCharsets.ISO_8859_1)
            : bytes;

    assertThat(StreamReading.of(1, stream).isComplete()).isFalse();
  }

  @Property
  void shouldTakeASpoiltStreamForAnAnswerOnlyWhenAllOfItIsThere(
      @ForAll("edits") List<Edit> edits, @ForAll @IntRange(min = 1, max = 999) int packet)
      throws IOException {
    byte[] stream = Edit.apply(USAGE, edits);

    StreamReading reading = StreamReading.of(1, StreamReading.MAX_BYTES, stream, packet);

    if (reading.isComplete()) {
      String text = new String(stream, StandardCharsets.UTF_8);
      JsonNode choices = JSON.readTree(reading.body()).path("choices");
      assertThat(text).contains("finish_reason");
      assertThat(choices).isNotEmpty();
      choices.forEach(choice -> assertThat(choice.path("finish_reason").isTextual()).isTrue());
    }
  }

  @Provide
  Arbitrary<String> streams() {
    return Arbitraries.of(
            "data",
            "data:",
            "data: ",
            "event: error",
            ":",
            ": ",
            "id: 1",
            "x",
            "\n",
            "\n\n",
            "\r",
            "\r\n",
            "\ufeff",
            "\u20ac",
            "\ud83d\ude00",
            "[DONE]")
        .list()
        .ofMaxSize(40)
        .map(parts -> String.join("", parts));
  }

  @Provide
  Arbitrary<List<Edit>> edits() {
    return Edit.ofAnswers(
        "1e999",
        "\n",
        "\n\n",
        "\r",
        "data: [DONE]\n\n",
        "data: {}\n\n",
        "event: error\n",
        "\"delta\":null,",
        "\"usage\":7,",
        "\"tool_calls\":[{}],");
  }
}
