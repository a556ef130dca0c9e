// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import io.vertx.core.MultiMap;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** An answer as {@code curl -i} printed it. */
record RecordedAnswer(int status, MultiMap headers, String body) {

  private static final String CURL_EXIT = "\n(curl exit 0)";

  static RecordedAnswer of(String name) {
    String text = text("/recorded/" + name + ".txt");
    int end = text.indexOf("\n\n");
    List<String> head = text.substring(0, end).lines().toList();
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    for (String line : head.subList(1, head.size())) {
      int colon = line.indexOf(':');
      headers.add(line.substring(0, colon), line.substring(colon + 1).strip());
    }
    return new RecordedAnswer(
        Integer.parseInt(head.get(0).substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length())),
        headers,
        text.substring(end + 2, text.indexOf(CURL_EXIT)));
  }

  byte[] bytes() {
    return body.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(String resource) {
    try (InputStream in = RecordedAnswer.class.getResourceAsStream(resource)) {
      return new String(
          Objects.requireNonNull(in, resource).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
