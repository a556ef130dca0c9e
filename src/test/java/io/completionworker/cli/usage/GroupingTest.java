// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.completionworker.avro.CompletionUsage;
import io.completionworker.fixtures.UsageRows;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupingTest {

  private final CompletionUsage row =
      UsageRows.row()
          .setModel("gpt-4o")
          .setStatus(429)
          .setReason("RATE_LIMITED")
          .setMetadata("{\"tenant\":\"acme\",\"a.b\":\"dots\"}")
          .setCompletedAt(Instant.parse("2026-11-28T23:30:00Z"))
          .build();

  @ParameterizedTest
  @CsvSource({
    "model, gpt-4o",
    "status, 429",
    "reason, RATE_LIMITED",
    "attempt, 1",
    "billable, true",
    "batch_id, -",
    "metadata.tenant, acme",
    "metadata.a.b, dots",
    "metadata.team, -",
    "day, 2026-11-28",
    "hour, 2026-11-28T23:00Z",
  })
  void shouldTellRowsApartByWhatTheySay(String name, String value) {
    assertThat(UsageQuestion.Grouping.parse(name).of(row, ZoneOffset.UTC)).isEqualTo(value);
  }

  /** What is added up or is a time is no name; all the rest is one, also what is new. */
  @Test
  void shouldKnowEveryColumnThatNamesSomething() {
    List<String> names =
        CompletionUsage.getClassSchema().getFields().stream()
            .map(Schema.Field::name)
            .filter(name -> !name.matches(".*(_tokens|_ms|_at)|images|cost|metadata|source_offset"))
            .toList();

    assertThat(names)
        .isNotEmpty()
        .allSatisfy(name -> UsageQuestion.Grouping.parse(name).of(row, ZoneOffset.UTC));
  }

  @Test
  void shouldBeginDaysWhereTheZoneDoes() {
    ZoneId berlin = ZoneId.of("Europe/Berlin");

    assertThat(UsageQuestion.Grouping.parse("day").of(row, berlin)).isEqualTo("2026-11-29");
    assertThat(UsageQuestion.Grouping.parse("hour").of(row, berlin))
        .isEqualTo("2026-11-29T00:00+01:00");
  }

  @Test
  void shouldTakeMetadataThatIsNoJsonForNone() {
    CompletionUsage odd = CompletionUsage.newBuilder(row).setMetadata("tenant=acme").build();

    assertThat(UsageQuestion.Grouping.parse("metadata.tenant").of(odd, ZoneOffset.UTC))
        .isEqualTo(UsageQuestion.Grouping.NONE);
  }

  @ParameterizedTest
  @CsvSource({
    "modle, did you mean model?",
    "metadata, 'there are metadata.NAME, attempt'",
    "total_tokens, there are metadata.NAME",
    "latency_ms, there are metadata.NAME",
  })
  void shouldNameWhatThereIsInPlaceOfWhatThereIsNot(String name, String advice) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> UsageQuestion.Grouping.parse(name))
        .withMessageContaining("'" + name + "'")
        .withMessageContaining(advice);
  }
}
