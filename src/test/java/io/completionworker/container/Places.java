// SPDX-License-Identifier: Apache-2.0
package io.completionworker.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.container.Row.Place;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Where headers and parameters are looked for. */
final class Places {

  static final ObjectMapper JSON = new ObjectMapper();

  private Places() {}

  /** Sent by the worker in the body. */
  static Place sent(String name, String expected) {
    return sighting -> same("sent", json(sighting.wire().requestBody()).path(name), expected);
  }

  /** Received by the provider in the body. */
  static Place received(String name, String expected) {
    return sighting -> same("received", json(sighting.provider().body()).path(name), expected);
  }

  /** Not received by the provider. */
  static Place notReceived(String name, String why) {
    return sighting -> {
      assertThat(json(sighting.provider().body()).has(name)).as("received").isFalse();
      return why;
    };
  }

  /** Repeated by the provider in its answer's text. */
  static Place repeated(String name, String expected) {
    return sighting -> {
      String text = content(sighting.response().value());
      return "response: the text repeats " + same("repeated", json(text).path(name), expected);
    };
  }

  /** In the response record. */
  static Place response(String what, Function<CompletionResponse, Object> read, Object expected) {
    return sighting ->
        "response: " + field(what, read.apply(sighting.response().value()), expected);
  }

  /** In the usage row. */
  static Place usage(String what, Function<CompletionUsage, Object> read, Object expected) {
    return sighting -> "usage: " + field(what, read.apply(sighting.usage().value()), expected);
  }

  /** Sent by the worker as a header. */
  static Place sentHeader(String name, String expected) {
    return sighting -> header("sent", sighting.wire().requestHeaders(), name, expected);
  }

  /** Repeated by the gateway in the headers of its answer. */
  static Place answered(String name, String expected) {
    return sighting ->
        "the gateway answers `%s`: %s"
            .formatted(name, header("answered", sighting.wire().answerHeaders(), name, expected));
  }

  /** A header that this gateway keeps to itself. */
  static Place wireOnly(String name) {
    return sighting -> {
      assertThat(sighting.wire().answerHeaders()).as("answered").doesNotContainKey(name);
      assertThat(sighting.provider().headers()).as("received").doesNotContainKey(name);
      return "kept by the gateway";
    };
  }

  /** A header of both output records. */
  static Place outputHeaders(String name, String expected) {
    return sighting -> {
      header("usage", sighting.usage().headers(), name, expected);
      return "header of both: " + header("response", sighting.response().headers(), name, expected);
    };
  }

  /** No header of either output record. */
  static Place noOutputHeader(String name, String word) {
    return sighting -> {
      assertThat(sighting.response().headers()).as("response").doesNotContainKey(name);
      assertThat(sighting.usage().headers()).as("usage").doesNotContainKey(name);
      return word;
    };
  }

  static Place all(Place... places) {
    return sighting ->
        Arrays.stream(places)
            .map(place -> place.look(sighting))
            .filter(cell -> !cell.isEmpty())
            .collect(Collectors.joining("; "));
  }

  static String content(CompletionResponse response) {
    return String.valueOf(response.getChoices().get(0).getMessage().getContent());
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("no JSON: " + text, e);
    }
  }

  static String code(Object text) {
    return "`" + text.toString().replace("|", "\\|") + "`";
  }

  private static String same(String where, JsonNode seen, String expected) {
    assertThat(seen).as(where).isEqualTo(json(expected));
    return code(seen);
  }

  private static String field(String what, Object seen, Object expected) {
    assertThat(seen).as(what).isEqualTo(expected);
    return code(what) + " = " + code(seen);
  }

  private static String header(
      String where, Map<String, String> headers, String name, String expected) {
    assertThat(headers).as(where).containsEntry(name, expected);
    return code(headers.getOrDefault(name, ""));
  }
}
