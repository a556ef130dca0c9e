// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.headers.KnownHeader;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The keys for headers take what the table of headers says, and nothing else. */
class HeaderKeysTest {

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource(KnownHeader.class)
  void shouldSetForEveryCallOnlyWhatTheTableLeavesToTheConfiguration(KnownHeader header) {
    List<String> faults =
        ConfigFixture.faults(directory, "gateway.headers." + name(header), "value");

    if (header.key() != null) {
      assertThat(faults).singleElement().asString().endsWith("key of its own: " + header.key());
      assertThat(WorkerConfig.definition().names()).contains(header.key());
    } else if (header.isOfTheWorker()) {
      assertThat(faults).singleElement().asString().endsWith("is set by the worker itself");
    } else {
      assertThat(faults).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(KnownHeader.class)
  void shouldForwardOnlyWhatTheTableLetsARecordSend(KnownHeader header) {
    assertThat(ConfigFixture.faults(directory, "gateway.forward.headers", name(header)).isEmpty())
        .isEqualTo(header.isForwardable());
  }

  /** It would be accepted and have no effect, since each call has the worker's own. */
  @Test
  void shouldNotForwardWhatTheWorkerSetsItself() {
    assertThat(ConfigFixture.faults(directory, "gateway.forward.headers", "user-agent"))
        .singleElement()
        .asString()
        .contains("set by the worker");
  }

  private static String name(KnownHeader header) {
    return header == KnownHeader.OTHER || header.isPrefix()
        ? header.text() + "mine"
        : header.text();
  }
}
