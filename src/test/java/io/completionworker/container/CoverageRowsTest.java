// SPDX-License-Identifier: Apache-2.0
package io.completionworker.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.PortkeyOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

/** Nothing that a record can say is left out; for this no container is needed. */
class CoverageRowsTest {

  /** For the worker alone, or rows of their own as headers. */
  private static final Set<String> NOT_OF_THE_BODY = Set.of("request_id", "deadline_ms", "portkey");

  @Test
  void shouldHaveARowForEveryFieldOfARequest() {
    List<String> fields = names(CompletionRequest.SCHEMA$);
    fields = fields.stream().filter(name -> !NOT_OF_THE_BODY.contains(name)).toList();

    assertThat(Stream.concat(BodyRows.ofThePage().stream(), BodyRows.newer().stream()))
        .extracting(Row::name)
        .containsExactlyInAnyOrderElementsOf(fields);
  }

  @Test
  void shouldHaveTwoRowsForEveryHeader() {
    List<String> headers =
        names(PortkeyOptions.SCHEMA$).stream()
            .map(field -> "x-portkey-" + field.replace('_', '-'))
            .flatMap(name -> Stream.of(name, name))
            .toList();

    assertThat(Stream.concat(HeaderRows.ofThePage().stream(), HeaderRows.newer("").stream()))
        .extracting(Row::name)
        .containsAll(headers)
        .hasSize(headers.size() + 1)
        .contains("x-portkey-api-key");
  }

  @Test
  void shouldHaveEveryRowOnThePage() throws IOException {
    assertThat(Files.readString(RealGatewayIT.PAGE))
        .contains(CoveragePage.rows("").stream().map(row -> "| `" + row.name() + "` | ").toList());
  }

  private static List<String> names(Schema schema) {
    return schema.getFields().stream().map(Schema.Field::name).toList();
  }
}
