// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.redrive;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.SourceRecord.RecordPosition;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.Test;

class RedriveHeadersTest {

  private static final RecordPosition SOURCE = new RecordPosition("my-failures", 2, 17);

  @Test
  void shouldCarryWhatIsOfTheRequestAndCountOnceMore() {
    Headers from =
        headers(
            Map.of(
                "tenant", "acme",
                "__streams.errors.message", "bad",
                "authorization", "secret",
                "redrive_count", "4",
                "redrive_source", "my-failures-0-1"));
    Headers to = headers(Map.of());

    RedriveHeaders.copy(from, SOURCE, RedriveHeaders.count(from) + 1, to);

    assertThat(texts(to))
        .containsOnly(
            Map.entry("tenant", "acme"),
            Map.entry("redrive_count", "5"),
            Map.entry("redrive_source", "my-failures-2-17"));
    assertThat(RedriveHeaders.source(to)).contains(SOURCE);
  }

  @Test
  void shouldTakeNoOddTextForACountOrASource() {
    assertThat(RedriveHeaders.count(headers(Map.of("redrive_count", "many")))).isZero();
    assertThat(RedriveHeaders.source(headers(Map.of("redrive_source", "failures")))).isEmpty();
  }

  @Test
  void shouldMakeTheSpanOfTheOutputNotItsOwnParent() {
    String trace = "00-0000000000000000000000000000000a-00000000000000aa-01";
    Headers child =
        headers(Map.of("traceparent", trace, "x-portkey-parent-span-id", "00000000000000bb"));
    RedriveHeaders.turnTraceBack(child);
    assertThat(texts(child))
        .containsEntry("traceparent", "00-0000000000000000000000000000000a-00000000000000bb-01");

    Headers first = headers(Map.of("traceparent", trace));
    RedriveHeaders.turnTraceBack(first);
    assertThat(texts(first)).isEmpty();
  }

  private static Headers headers(Map<String, String> texts) {
    Headers headers = new ProducerRecord<byte[], byte[]>("t", null).headers();
    texts.forEach((name, text) -> headers.add(name, text.getBytes(StandardCharsets.UTF_8)));
    return headers;
  }

  private static Map<String, String> texts(Headers headers) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Header header : headers) {
      texts.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
    }
    return texts;
  }
}
