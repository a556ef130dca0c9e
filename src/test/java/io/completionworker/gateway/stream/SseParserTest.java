// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.completionworker.gateway.stream.SseParser.EventTooLargeException;
import io.completionworker.gateway.stream.SseParser.SseEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of the HTML standard, with its own examples first. */
class SseParserTest {

  private static final int PLENTY = 1 << 20;

  @Test
  void shouldJoinLinesOfOneEvent() throws Exception {
    assertThat(data("data: YHOO\ndata: +2\ndata: 10\n\n")).containsExactly("YHOO\n+2\n10");
  }

  @Test
  void shouldSkipCommentsAndFieldsThatAreNotKept() throws Exception {
    String stream =
        """
        : test stream

        data: first event
        id: 1
        retry: 7

        data:second event
        id

        data:  third event
        unknown: x

        """;

    assertThat(data(stream)).containsExactly("first event", "second event", " third event");
  }

  @Test
  void shouldDispatchEmptyDataAndDropTheUnfinishedEvent() throws Exception {
    assertThat(data("data\n\ndata\ndata\n\ndata:")).containsExactly("", "\n");
  }

  @Test
  void shouldTakeAwayOneSpaceOnly() throws Exception {
    assertThat(data("data:test\n\ndata: test\n\n")).containsExactly("test", "test");
    assertThat(data("data:\ttest\n\ndata:  test\n\n")).containsExactly("\ttest", " test");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r", "\r\n"})
  void shouldKnowEveryLineEnd(String end) throws Exception {
    String stream = "data: a" + end + "data: b" + end + end + "data: c" + end + end;

    assertThat(data(stream)).containsExactly("a\nb", "c");
    assertThat(byByte(stream)).containsExactly("a\nb", "c");
  }

  @Test
  void shouldNotTakeCarriageReturnsApartFromTheirLineFeed() throws Exception {
    assertThat(data("data: a\r", "\n", "data: b\r\n\r", "\n")).containsExactly("a\nb");
    assertThat(data("data: a\r\r\ndata: b\n\r")).containsExactly("a", "b");
  }

  @Test
  void shouldSkipOneByteOrderMarkAtTheStart() throws Exception {
    assertThat(data("\ufeffdata: a\n\n\ufeffdata: b\n\ndata: \ufeffc\n\n"))
        .containsExactly("a", "\ufeffc");
    assertThat(byByte("\ufeffdata: a\n\n")).containsExactly("a");
    assertThat(data("\ufeff\ufeffdata: a\n\n")).isEmpty();
  }

  @Test
  void shouldReplaceWhatIsNotUtf8() throws Exception {
    byte[] bytes = "data: a?b\n\n".getBytes(StandardCharsets.ISO_8859_1);
    bytes[7] = (byte) 0xff;

    assertThat(texts(read(PLENTY, bytes))).containsExactly("a\ufffdb");
  }

  @Test
  void shouldPutSplitCharactersTogether() throws Exception {
    assertThat(byByte("data: \u00e4\u20ac\ud83d\ude00\n\n"))
        .containsExactly("\u00e4\u20ac\ud83d\ude00");
  }

  @Test
  void shouldTellTheNameOfAnEventOnceAndForThatEventOnly() throws Exception {
    List<SseEvent> events =
        read(PLENTY, bytes("event: error\ndata: a\n\nevent: lost\n\ndata: b\n\n"));

    assertThat(events).extracting(SseEvent::name).containsExactly("error", "");
    assertThat(events).extracting(SseEvent::bytes).containsExactly(20, 8);
  }

  @Test
  void shouldRefuseAnEventThatIsTooLargeBeforeItEnds() {
    assertTooLarge("data: " + "x".repeat(100));
    assertTooLarge(":" + "x".repeat(100));
    assertTooLarge("data: 12345\n".repeat(10));
    assertTooLarge("data\n".repeat(30));
  }

  @Test
  void shouldTakeAnyNumberOfCommentsAndSmallEvents() throws Exception {
    String stream = (": keep alive\n".repeat(100) + "data: x\n\n").repeat(10);

    assertThat(read(100, bytes(stream))).hasSize(10);
  }

  private static void assertTooLarge(String stream) {
    assertThatThrownBy(() -> read(100, bytes(stream))).isInstanceOf(EventTooLargeException.class);
  }

  private static List<String> data(String... packets) throws Exception {
    return texts(
        read(PLENTY, Arrays.stream(packets).map(SseParserTest::bytes).toArray(byte[][]::new)));
  }

  private static List<String> byByte(String stream) throws Exception {
    byte[] bytes = bytes(stream);
    byte[][] packets = new byte[bytes.length][];
    for (int i = 0; i < bytes.length; i++) {
      packets[i] = new byte[] {bytes[i]};
    }
    return texts(read(PLENTY, packets));
  }

  static List<SseEvent> read(int maxBytes, byte[]... packets) throws EventTooLargeException {
    var parser = new SseParser(maxBytes);
    List<SseEvent> events = new ArrayList<>();
    for (byte[] packet : packets) {
      parser.feed(packet);
      for (SseEvent event = parser.next(); event != null; event = parser.next()) {
        events.add(event);
      }
    }
    return events;
  }

  private static List<String> texts(List<SseEvent> events) {
    return events.stream().map(SseEvent::data).toList();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
