// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec.headers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.completionworker.completion.CompletionCall.TraceContext;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordHeader;
import org.junit.jupiter.api.Test;

class OutputHeadersTest {

  private static final TraceContext TRACE =
      new TraceContext("t", "s", "p", "n", "00-a-b-01", null, null);

  private static final SourceRecord SOURCE =
      Sources.with(
          RecordHeader.of("tenant", "acme"),
          RecordHeader.of("tenant", "again"),
          RecordHeader.of("X-Portkey-Trace-Id", "old"),
          RecordHeader.of("x-portkey-span-id", "old"),
          RecordHeader.of("x-portkey-parent-span-id", "old"),
          RecordHeader.of("x-portkey-span-name", "old"),
          RecordHeader.of("TRACEPARENT", "old"),
          RecordHeader.of("__value_schema_id", "1"),
          RecordHeader.of("__key_schema_id", "2"),
          RecordHeader.of("__streams.errors.message", "old"),
          RecordHeader.of("x-portkey-config", "{\"api_key\":\"secret\"}"),
          RecordHeader.of("Authorization", "secret"));

  @Test
  void shouldCopyWhatTheRecordBroughtAndSetTheTraceOnce() {
    assertThat(OutputHeaders.of(SOURCE, TRACE))
        .extracting(RecordHeader::name, RecordHeader::text)
        .containsExactly(
            tuple("tenant", "acme"),
            tuple("tenant", "again"),
            tuple("__streams.errors.message", "old"),
            tuple("x-portkey-trace-id", "t"),
            tuple("x-portkey-span-id", "s"),
            tuple("x-portkey-parent-span-id", "p"),
            tuple("x-portkey-span-name", "n"),
            tuple("traceparent", "00-a-b-01"));
  }

  @Test
  void shouldCarryTheCountOfARedriveOnToTheNextFailure() {
    SourceRecord source =
        Sources.with(
            RecordHeader.of("redrive_count", "2"),
            RecordHeader.of("redrive_source", "completion-failures-0-7"));

    assertThat(OutputHeaders.of(source, TRACE))
        .extracting(RecordHeader::name, RecordHeader::text)
        .contains(tuple("redrive_count", "2"), tuple("redrive_source", "completion-failures-0-7"));
  }

  @Test
  void shouldLeaveOutWhatATraceHasNot() {
    TraceContext bare = new TraceContext("t", "s", null, null, "00-a-b-01", null, null);

    assertThat(OutputHeaders.of(SOURCE, bare))
        .extracting(RecordHeader::name)
        .doesNotContain("x-portkey-parent-span-id", "x-portkey-span-name");
  }

  @Test
  void shouldKeepTheIdOfASavedConfig() {
    SourceRecord source = Sources.with(RecordHeader.of("x-portkey-config", "pc-1"));

    assertThat(OutputHeaders.copied(source)).hasSize(1);
  }

  @Test
  void shouldKeepWithADeadLetterWhatDescribesItsBytes() {
    assertThat(OutputHeaders.ofDeadLetter(SOURCE))
        .extracting(RecordHeader::name)
        .contains("__value_schema_id", "__key_schema_id", "X-Portkey-Trace-Id", "tenant")
        .doesNotContain("__streams.errors.message", "Authorization", "x-portkey-config");
  }
}
