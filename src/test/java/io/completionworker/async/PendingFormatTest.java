// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.completionworker.completion.Emission.Progress;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.completion.SourceRecord.RecordPosition;
import java.util.List;
import org.junit.jupiter.api.Test;

class PendingFormatTest {

  private static final RecordPosition POSITION = new RecordPosition("requests", 3, 42);

  @Test
  void shouldReadBackEverythingItWrites() {
    SourceRecord record =
        new SourceRecord(
            POSITION,
            new byte[] {1, 2},
            new byte[] {3, 4, 5},
            List.of(RecordHeader.of("trace-ä", "x"), new RecordHeader("none", null)),
            11,
            22,
            33);

    SourceRecord read = PendingFormat.decode(POSITION, PendingFormat.encode(record));

    assertThat(read).usingRecursiveComparison().isEqualTo(record);
  }

  @Test
  void shouldTellNullFromEmpty() {
    SourceRecord record = new SourceRecord(POSITION, null, new byte[0], List.of(), 1, 2, 0);

    SourceRecord read = PendingFormat.decode(POSITION, PendingFormat.encode(record));

    assertThat(read.key()).isNull();
    assertThat(read.value()).isEmpty();
  }

  @Test
  void shouldKeepTheBytesThatAreInChangelogsAlready() {
    SourceRecord record = new SourceRecord(POSITION, new byte[] {7}, null, List.of(), 1, 2, 0);

    assertThat(PendingFormat.encode(record))
        .containsExactly(
            1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
            7, -1, -1, -1, -1, 0, 0, 0, 0);
  }

  @Test
  void shouldKeepTheBytesOfARequestThatHasUsageRows() {
    SourceRecord record = new SourceRecord(POSITION, new byte[] {7}, null, List.of(), 1, 2, 0);

    assertThat(PendingFormat.with(new Progress(3, 2), PendingFormat.encode(record)))
        .containsExactly(
            2, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0,
            0, 0, 0, 0, 0, 0, 0, 1, 7, -1, -1, -1, -1, 0, 0, 0, 0);
  }

  @Test
  void shouldReadTheRequestWhateverItsProgress() {
    SourceRecord record =
        new SourceRecord(
            POSITION,
            new byte[] {1, 2},
            new byte[] {3, 4, 5},
            List.of(RecordHeader.of("trace", "x")),
            11,
            22,
            33);
    byte[] entry = PendingFormat.encode(record);
    assertThat(PendingFormat.progress(entry)).isEqualTo(Progress.NONE);

    for (int attempts = 1; attempts < 4; attempts++) {
      Progress progress = new Progress(attempts, 1);
      byte[] longer = PendingFormat.with(progress, entry);

      assertThat(PendingFormat.progress(longer)).isEqualTo(progress);
      assertThat(PendingFormat.decode(POSITION, longer))
          .usingRecursiveComparison()
          .isEqualTo(record);
      assertThat(longer.length - PendingFormat.encode(record).length)
          .isEqualTo(PendingFormat.GROWTH);
      entry = longer;
    }
  }

  @Test
  void shouldSayWhatToDoAboutTheFormatOfANewerVersion() {
    byte[] bytes = PendingFormat.encode(new SourceRecord(POSITION, null, null, List.of(), 1, 2, 0));
    bytes[0] = 3;

    assertThatThrownBy(() -> PendingFormat.decode(POSITION, bytes))
        .hasMessageContaining("requests-3-42")
        .hasMessageContaining("format 3")
        .hasMessageContaining("run the newer version");
  }
}
