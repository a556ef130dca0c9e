package io.completionworker.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every command takes. */
final class CommonOptions {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Properties file; environment variables win over it.")
  private @Nullable Path config;

  @Option(names = "--debug", description = "Print stack traces.")
  private boolean debug;

  Optional<Path> config() {
    return Optional.ofNullable(config);
  }

  boolean debug() {
    return debug;
  }
}
