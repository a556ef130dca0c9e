// SPDX-License-Identifier: Apache-2.0
package io.completionworker.avro;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParser;

/** The schemas of a directory of .avsc files, which may refer to each other in any order. */
final class AvroSources {

  /** The public contract. */
  static final Path CURRENT = Path.of("avro");

  private AvroSources() {}

  /** The record of each file, by its full name. */
  static Map<String, Schema> recordsOf(Path directory) throws IOException {
    SchemaParser parser = new SchemaParser();
    List<SchemaParser.ParseResult> files = new ArrayList<>();
    for (Path file : filesOf(directory)) {
      files.add(parser.parse(file));
    }
    Map<String, Schema> records = new TreeMap<>();
    for (SchemaParser.ParseResult file : files) {
      Schema schema = file.mainSchema();
      records.put(schema.getFullName(), schema);
    }
    return records;
  }

  /** The .avsc files of a directory. */
  static List<Path> filesOf(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".avsc")).sorted().toList();
    }
  }
}
