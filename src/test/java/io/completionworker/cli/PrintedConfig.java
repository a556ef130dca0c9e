// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import io.completionworker.cli.terminal.CommandEnvironment;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
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
            settings -> request -> List.of(),
            new CommandEnvironment(Map.of(), InputStream.nullInputStream(), out, out, false))
        .execute("config", "--config", file.toString());
    return printed.toString();
  }
}
