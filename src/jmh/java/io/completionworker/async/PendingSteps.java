// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async;

import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.completion.SourceRecord.RecordPosition;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** From an accepted record to what the pending store holds of it, and back. */
@State(Scope.Benchmark)
public class PendingSteps {

  private static final RecordPosition POSITION = new RecordPosition("completion-requests", 3, 42);

  /** Of the value. */
  @Param({"1000", "32000", "1000000"})
  public int bytes;

  private SourceRecord record = record(0);
  private byte[] stored = new byte[0];

  /** Makes the record. */
  @Setup
  public void prepare() {
    record = record(bytes);
    stored = PendingFormat.encode(record);
  }

  /** On the stream thread, for each request. */
  @Benchmark
  public byte[] encodePending() {
    return PendingFormat.encode(record);
  }

  /** On the stream thread, for each request that a take-over finds. */
  @Benchmark
  public SourceRecord decodePending() {
    return PendingFormat.decode(POSITION, stored);
  }

  private static SourceRecord record(int bytes) {
    List<RecordHeader> headers =
        List.of(
            RecordHeader.of("x-portkey-trace-id", "0af7651916cd43dd8448eb211c80319c"),
            RecordHeader.of(
                "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
    byte[] key = "customer-42".getBytes(StandardCharsets.UTF_8);
    long now = 1_795_000_000_000L;
    return new SourceRecord(POSITION, key, new byte[bytes], headers, now, now, 0);
  }
}
