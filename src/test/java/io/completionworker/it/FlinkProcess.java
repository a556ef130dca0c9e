// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A Flink in a process of its own, which runs statements and ends. */
final class FlinkProcess {

  private static final Path LIBRARIES = Path.of("target", "flink");
  private static final Path PROGRAM = Path.of("src", "test", "flink", "FlinkSql.java");
  private static final long MOST_MINUTES = 5;

  private FlinkProcess() {}

  /** Whether its libraries are there. */
  static boolean isThere() {
    return Files.isDirectory(LIBRARIES);
  }

  /**
   * Runs statements.
   *
   * @return of each SELECT the rows, as text with tabs, by their first column
   */
  static List<Map<String, String>> run(String script, Path directory)
      throws IOException, InterruptedException {
    Path file = Files.writeString(directory.resolve("flink.sql"), script);
    Path out = directory.resolve("flink.out");
    Path err = directory.resolve("flink.err");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx700m",
                "-XX:TieredStopAtLevel=1",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "-cp",
                LIBRARIES + "/*",
                PROGRAM.toString(),
                file.toString())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    boolean ended = process.waitFor(MOST_MINUTES, TimeUnit.MINUTES);
    process.destroyForcibly();
    if (!ended || process.exitValue() != 0) {
      throw new IllegalStateException("Flink did not end well: " + Files.readString(err));
    }
    return results(Files.readAllLines(out));
  }

  private static List<Map<String, String>> results(List<String> lines) {
    List<Map<String, String>> results = new ArrayList<>();
    for (String line : lines) {
      if (line.startsWith("result ")) {
        results.add(new HashMap<>());
      } else if (!line.equals("end")) {
        results.get(results.size() - 1).put(line.split("\t", 2)[0], line);
      }
    }
    return results;
  }
}
