// SPDX-License-Identifier: Apache-2.0
package io.completionworker.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.SourceRecord;
import io.completionworker.headers.KnownHeader;
import io.completionworker.headers.KnownHeader.Fate;
import io.completionworker.topology.HeaderPath.Seen;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the table of headers says of each header is what a worker does with it, from the record to
 * the store, the HTTP call, the response or failure, and the dead letter.
 */
class HeaderFateTest {

  private static final String INLINE_CONFIG = "{\"api_key\":\"canary\"}";
  private static final String TWO_LINES = "a\nb";
  private static final String TRACEPARENT =
      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private static final Map<KnownHeader, String> VALUES =
      Map.of(
          KnownHeader.CONFIG, "pc-saved",
          KnownHeader.METADATA, "{\"team\" : \"search\"}",
          KnownHeader.FORCE_REFRESH, "TRUE",
          KnownHeader.TRACEPARENT, TRACEPARENT);

  private static final Set<String> FORWARDABLE =
      Arrays.stream(KnownHeader.values())
          .filter(KnownHeader::isForwardable)
          .map(HeaderFateTest::lower)
          .collect(Collectors.toSet());

  private static final HeaderPath PLAIN = new HeaderPath(Set.of(), UnaryOperator.identity());
  private static final HeaderPath NAMING = new HeaderPath(FORWARDABLE, UnaryOperator.identity());

  /** A row of the table. */
  private record Row(Fate stored, Fate sent, Fate outputs, Fate deadLetters) {

    static Row of(KnownHeader header) {
      return new Row(header.stored(), header.sent(), header.outputs(), header.deadLetters());
    }
  }

  @AfterAll
  static void close() {
    PLAIN.close();
    NAMING.close();
  }

  @ParameterizedTest
  @EnumSource(KnownHeader.class)
  void shouldDoWithAHeaderWhatTheTableSays(KnownHeader header) {
    assertThat(seen(PLAIN, NAMING, header)).isEqualTo(Row.of(header));
  }

  /** A test that would not see a wrong worker is worth nothing. */
  @Test
  void shouldSeeAWorkerThatDoesSomethingElse() {
    try (HeaderPath losing = new HeaderPath(FORWARDABLE, HeaderFateTest::withoutHeaders)) {
      assertThat(seen(losing, losing, KnownHeader.VIRTUAL_KEY))
          .isEqualTo(new Row(Fate.KEPT, Fate.REPLACED, Fate.LEFT_OUT, Fate.LEFT_OUT));
      assertThat(seen(losing, losing, KnownHeader.TRACE_ID).deadLetters())
          .isNotEqualTo(KnownHeader.TRACE_ID.deadLetters());
      assertThat(seen(losing, losing, KnownHeader.OTHER).sent())
          .isNotEqualTo(KnownHeader.OTHER.sent());
    }
    assertThat(seen(NAMING, NAMING, KnownHeader.OTHER).sent())
        .as("sent without being named")
        .isNotEqualTo(KnownHeader.OTHER.sent());
  }

  private static SourceRecord withoutHeaders(SourceRecord source) {
    return new SourceRecord(
        source.position(),
        source.key(),
        source.value(),
        List.of(),
        source.timestamp(),
        source.acceptedAt(),
        source.omittedBytes());
  }

  private static Row seen(HeaderPath plain, HeaderPath naming, KnownHeader header) {
    String name = lower(header).toUpperCase(Locale.ROOT);
    String value = VALUES.getOrDefault(header, "sample-1");
    Seen whole = plain.send(name, value);
    Seen inline = plain.send(name, INLINE_CONFIG);
    return new Row(
        stored(whole, inline, value),
        sent(plain, naming, name, value),
        copied(whole.outputs(), inline.outputs(), name, value),
        copied(whole.deadLetter(), inline.deadLetter(), name, value));
  }

  private static Fate stored(Seen whole, Seen inline, String value) {
    if (!whole.stored().contains(value)) {
      return whole.refused() > 0 ? Fate.REFUSED : Fate.LEFT_OUT;
    }
    return inline.stored().contains(INLINE_CONFIG) ? Fate.KEPT : Fate.WITHOUT_KEYS;
  }

  /** The worker's own header has the name in lower case, the record's in upper case. */
  private static Fate copied(Headers whole, Headers inline, String name, String value) {
    if (HeaderPath.has(whole, name, value)) {
      return inline.lastHeader(name) == null ? Fate.WITHOUT_KEYS : Fate.KEPT;
    }
    boolean own = whole.lastHeader(name.toLowerCase(Locale.ROOT)) != null;
    return own ? Fate.REPLACED : Fate.LEFT_OUT;
  }

  private static Fate sent(HeaderPath plain, HeaderPath naming, String name, String value) {
    String sent = plain.send(name, value).sent().get(name);
    String own = plain.send(name, null).sent().get(name);
    if (value.equals(sent)) {
      return plain.send(name, TWO_LINES).called() ? Fate.KEPT : Fate.CHECKED;
    }
    if (value.equals(naming.send(name, value).sent().get(name))) {
      return Fate.IF_NAMED;
    }
    if (sent == null) {
      return Fate.LEFT_OUT;
    }
    return sent.equals(own) ? Fate.REPLACED : Fate.REWRITTEN;
  }

  /** A header of this row; of a group of names, one that the worker writes if it writes any. */
  private static String lower(KnownHeader header) {
    if (header == KnownHeader.OTHER) {
      return "x-mine";
    }
    return header.isPrefix() ? header.text() + "message" : header.text();
  }
}
