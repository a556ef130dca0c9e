// SPDX-License-Identifier: Apache-2.0
package io.completionworker.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MetricsPageTest {

  private static final Path PAGE = Path.of("src", "docs", "metrics.md");

  private static final String COMMAND = "mvn -q test -Dtest=MetricsPageTest -Dpages.write=true";

  @Test
  void shouldBeThePageThatTheTablePrints() throws IOException {
    if (Boolean.getBoolean("pages.write")) {
      Files.writeString(PAGE, MetricsPage.markdown());
    }

    assertThat(PAGE).as("made by: " + COMMAND).exists();
    assertThat(Files.readString(PAGE))
        .as("src/docs/metrics.md is out of date, rewrite it with: " + COMMAND)
        .isEqualTo(MetricsPage.markdown());
  }

  @Test
  void shouldListEveryMeterOnceWithItsTags() {
    for (MeterSpec meter : MeterSpec.all()) {
      String row = "| `" + meter.name() + "` | " + meter.kind().text() + " |";
      assertThat(MetricsPage.markdown()).containsOnlyOnce(row);
    }
  }
}
