// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.PortkeyOptions;
import io.completionworker.cli.terminal.Progress;
import io.completionworker.config.RecordsConfig.Strictness;
import io.completionworker.validation.RequestValidator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectorTest {

  private static final String BODY =
      "{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
  private static final LineReader.Options NO_OPTIONS = new LineReader.Options(null, null, null);

  @TempDir Path directory;

  @Test
  void shouldTakeTheDocumentedBatchLines() throws IOException {
    Path file =
        file(
            """
            {"custom_id": "request-1", "method": "POST", "url": "/v1/chat/completions", "body": \
            {"model": "gpt-3.5-turbo-0125", "messages": [{"role": "system", "content": "You are \
            brief."}, {"role": "user", "content": "Name a river."}], "max_tokens": 1000}}
            {"custom_id": "request-2", "method": "POST", "url": "/v1/chat/completions", "body": \
            {"model": "gpt-3.5-turbo-0125", "messages": [{"role": "system", "content": "You are \
            not brief."}, {"role": "user", "content": "Name a river."}], "max_tokens": 1000}}
            """);

    Batch.Inspection inspection = inspect(file, NO_OPTIONS);

    assertThat(inspection.format()).isEqualTo(Batch.Format.BATCH);
    assertThat(inspection.faults()).isEmpty();
    assertThat(inspection.requests()).isEqualTo(2);
    assertThat(inspection.lastLine()).isEqualTo(2);
    assertThat(inspection.derivedId()).hasSize(16);
    assertThat(requests(file, Batch.Format.BATCH, NO_OPTIONS))
        .extracting(request -> request.id().toString())
        .containsExactly("batch:b:1:request-1", "batch:b:2:request-2");
  }

  @Test
  void shouldTakePlainBodies() throws IOException {
    Path file = file(BODY + "\n\n" + withStoredMetadata());

    assertThat(inspect(file, NO_OPTIONS).format()).isEqualTo(Batch.Format.BODIES);
    List<LineReader.LineRequest> requests = requests(file, Batch.Format.BODIES, NO_OPTIONS);
    assertThat(requests)
        .extracting(request -> request.id().toString())
        .containsExactly("batch:b:1:request-1", "batch:b:3:request-3");
    assertThat(requests.get(1).request().getMetadata()).isEqualTo(Map.of("job", "x"));
    assertThat(requests.get(1).request().getPortkey()).isNull();
  }

  @Test
  void shouldTakeBodiesWithMetadataOfTheirOwn() throws IOException {
    Path file =
        file(
            BODY
                + "\n"
                + BODY.replaceFirst("\\{", "{\"metadata\":{\"row\":7,\"tag\":\"a\",\"x\":[1]},"));
    PortkeyOptions portkey =
        PortkeyOptions.newBuilder().setMetadata(Map.of("tag", "all", "job", "j")).build();
    LineReader.Options options = new LineReader.Options(null, portkey, 5_000L);

    assertThat(inspect(file, options).format()).isEqualTo(Batch.Format.COOKBOOK);
    CompletionRequest request = requests(file, Batch.Format.COOKBOOK, options).get(1).request();
    assertThat(request.getMetadata()).isNull();
    assertThat(request.getExtraBody()).isNull();
    assertThat(request.getDeadlineMs()).isEqualTo(5_000);
    assertThat(request.getPortkey().getMetadata())
        .isEqualTo(Map.of("row", "7", "tag", "a", "x", "[1]", "job", "j"));
  }

  @Test
  void shouldSayWhatIsWrongWithEachLine() throws IOException {
    Path file =
        file(
            String.join(
                "\n",
                line("a", BODY),
                "{\"custom_id\":\"b\",\"body\":{\"model\":}}",
                line("a", BODY),
                line("c", BODY).replace("POST", "GET"),
                line("d", BODY).replace("/v1/chat/completions", "/v1/embeddings"),
                "{\"custom_id\":\"e\"}",
                "{\"body\":" + BODY + "}",
                line("f", BODY.replace("\"messages\"", "\"temperature\":3,\"n\":0,\"messages\"")),
                line("g", BODY)));

    Batch.Inspection inspection = inspect(file, NO_OPTIONS);

    assertThat(inspection.faults())
        .extracting(LineFaults.Fault::toString)
        .containsExactly(
            "line 2: column 34 is not valid JSON",
            "line 3: has the custom_id of line 1",
            "line 4: method is not POST",
            "line 5: url is not /v1/chat/completions",
            "line 6: body is missing",
            "line 7: custom_id is missing",
            "line 8: temperature must be from 0 to 2, both included; is 3.0",
            "line 8: n must be from 1 to 128, both included; is 0");
    assertThat(inspection.faulty()).isEqualTo(7);
    assertThat(inspection.requests()).isEqualTo(2);
    assertThat(inspection.lastLine()).isEqualTo(9);
    assertThat(inspection.requestsUpTo(8)).isEqualTo(1);
  }

  @Test
  void shouldKeepTheFirstFaultsAndCountTheOthers() throws IOException {
    StringBuilder content = new StringBuilder();
    for (int i = 1; i <= 5_000; i++) {
      content.append(i % 2 == 0 ? "{" : line("same", BODY)).append('\n');
    }

    Batch.Inspection inspection = inspect(file(content.toString()), NO_OPTIONS);

    assertThat(inspection.faults())
        .extracting(LineFaults.Fault::toString)
        .containsExactly(
            "line 2: column 2 is not valid JSON: it ends too early;"
                + " the same in 2499 more lines: 4, 6, 8, 10, 12, ...",
            "line 3: has the custom_id of line 1;"
                + " the same in 2498 more lines: 5, 7, 9, 11, 13, ...");
    assertThat(inspection.faulty()).isEqualTo(4_999);
    assertThat(inspection.requests()).isEqualTo(1);
  }

  @Test
  void shouldMakeTheKeyOfTheFieldThatIsNamed() throws IOException {
    Path file =
        file(
            line("a", BODY.replaceFirst("\\{", "{\"user\":\"ünal\","))
                + "\n"
                + line("b", BODY.replaceFirst("\\{", "{\"user\":\"7\","))
                + "\n"
                + line("c", BODY));

    for (String path : List.of("body.user", "user")) {
      LineReader.Options options = new LineReader.Options(path, null, null);
      assertThat(requests(file, Batch.Format.BATCH, options).subList(0, 2))
          .extracting(request -> new String(request.key(), StandardCharsets.UTF_8))
          .containsExactly("ünal", "7");
      assertThat(inspect(file, options).faults())
          .extracting(LineFaults.Fault::toString)
          .containsExactly(
              "line 3: " + path + " is to be the key, and is no string or number here");
    }
    assertThat(requests(file, Batch.Format.BATCH, NO_OPTIONS))
        .allSatisfy(request -> assertThat(request.key()).isNull());
  }

  @Test
  void shouldRefuseWhatIsTooLargeForARecord() throws IOException {
    Path file =
        file(
            line("a", BODY.replace("Hello", "x".repeat(9_500)))
                + "\n"
                + line("b", BODY.replace("Hello", "x".repeat(20_000)))
                + "\n"
                + line("c", BODY.replace("Hello", "x".repeat(60_000)))
                + "\n"
                + line("d", BODY.replace("Hello", "\\u00e9".repeat(4_000))));

    assertThat(inspect(file, NO_OPTIONS).faults())
        .extracting(LineFaults.Fault::toString)
        .satisfiesExactly(
            b -> assertThat(b).startsWith("line 2: makes a record of 20").contains("10000"),
            c ->
                assertThat(c)
                    .isEqualTo("line 3: is too long for a record of async.max.record.bytes"));
  }

  private Path file(String content) throws IOException {
    return Files.writeString(directory.resolve("requests.jsonl"), content);
  }

  private static String line(String id, String body) {
    return "{\"custom_id\":\"%s\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":%s}"
        .formatted(id, body);
  }

  private static String withStoredMetadata() {
    return BODY.replaceFirst("\\{", "{\"store\":true,\"metadata\":{\"job\":\"x\"},");
  }

  private static Batch.Inspection inspect(Path file, LineReader.Options options)
      throws IOException {
    RequestValidator validator = new RequestValidator(Strictness.STRICT);
    Inspector inspector = new Inspector(options, validator::check, 10_000, 10);
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    try (Progress progress = Progress.on(nowhere, Map.of(), false, "check", OptionalLong.empty())) {
      return inspector.inspect(file, inspector.detect(file), "b", progress);
    }
  }

  private static List<LineReader.LineRequest> requests(
      Path file, Batch.Format format, LineReader.Options options) throws IOException {
    LineReader reader = new LineReader(format, options);
    List<LineReader.LineRequest> requests = new ArrayList<>();
    try (FileLines lines = FileLines.open(file, 100_000)) {
      for (FileLines.Line line = lines.next(); line != null; line = lines.next()) {
        if (options.keyField() == null || requests.size() < 2) {
          requests.add(reader.read("b", line));
        }
      }
    }
    return requests;
  }
}
