package io.completionworker.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;

/** What the command {@code config} prints. */
public final class PrintedConfig {

  private PrintedConfig() {}

  /** Of this file: the settings, or what is wrong with them. */
  public static String of(Path file) {
    StringWriter printed = new StringWriter();
    PrintWriter out = new PrintWriter(printed, true);
    new Cli(
            settings -> 0,
            settings -> {},
            (settings, timeout) -> {
              throw new IllegalStateException("not asked");
            },
            Map.of(),
            out,
            out)
        .execute("config", "--config", file.toString());
    return printed.toString();
  }
}
