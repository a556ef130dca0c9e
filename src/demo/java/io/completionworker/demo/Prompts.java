// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.demo.json.RequestJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The bundled requests: one JSON object per line, every one with a request_id of its own. */
final class Prompts {

  private static final String RESOURCE = "/prompts.jsonl";

  private Prompts() {}

  /**
   * Reads them in the file's order.
   *
   * @param model in place of each prompt's own; null to leave it
   */
  static List<CompletionRequest> read(@Nullable String model) {
    return lines().stream().map(RequestJson::parse).map(r -> withModel(r, model)).toList();
  }

  static List<String> lines() {
    InputStream resource = Prompts.class.getResourceAsStream(RESOURCE);
    Objects.requireNonNull(resource, RESOURCE);
    List<String> lines = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static CompletionRequest withModel(CompletionRequest request, @Nullable String model) {
    return model == null ? request : CompletionRequest.newBuilder(request).setModel(model).build();
  }
}
