// SPDX-License-Identifier: Apache-2.0
package io.completionworker.dialects;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The cases, from their files. */
final class CaseFile {

  static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  /** Takes no text behind the JSON. */
  static final JsonMapper STRICT =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /** Each has the cases of one matter. */
  private static final List<String> NAMES =
      List.of("cases", "whole", "faults", "texts", "tools", "odd", "usage", "waits", "gateway");

  private CaseFile() {}

  /** All cases of all files. */
  static List<DialectCase> all() {
    return NAMES.stream().flatMap(CaseFile::read).toList();
  }

  /** What providers send to a gateway, and what is made of what it sends on. */
  static List<DialectCase> behindGateway() {
    return read("native").toList();
  }

  /** The case of this id. */
  static DialectCase of(String id) {
    return all().stream()
        .filter(each -> each.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no case " + id));
  }

  private static Stream<DialectCase> read(String name) {
    String resource = "/dialects/" + name + ".json";
    try (InputStream in = CaseFile.class.getResourceAsStream(resource)) {
      return JSON
          .readValue(
              Objects.requireNonNull(in, resource), new TypeReference<List<DialectCase>>() {})
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(resource, e);
    }
  }
}
