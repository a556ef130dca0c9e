// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import io.completionworker.cli.topics.TopicSchema;
import io.completionworker.config.RegistryConfig;
import io.completionworker.config.ValuesConfig;
import io.completionworker.config.WorkerSettings;
import io.completionworker.serde.RegisteredSchemas;
import io.completionworker.serde.registry.RegistryClient.RegistryUnavailableException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the Avro schemas of the topics, writes them to files, or registers them. */
@Command(
    name = "schemas",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Print the Avro schemas of the topics, or register them.")
final class SchemasCommand implements Runnable {

  @Spec private @Nullable CommandSpec spec;

  /** Creates the command with its subcommands. */
  static CommandLine with(Map<String, String> environment, PrintWriter out) {
    return new CommandLine(new SchemasCommand())
        .addSubcommand(new Print(environment, out))
        .addSubcommand(new Register(environment, out));
  }

  @Override
  public void run() {
    throw CommonOptions.wrong(spec, "A command is missing: print or register");
  }

  /** Prints the schemas. Does not connect to a registry. */
  @Command(
      name = "print",
      mixinStandardHelpOptions = true,
      description = {
        "Print schemas as JSON, each complete in itself, as a registry takes it.",
        "Without an argument those of all topics, one after the other, as jq reads them."
      },
      footerHeading = "%nExamples:%n",
      footer = {
        "  completion-worker schemas print CompletionUsage > CompletionUsage.avsc",
        "  completion-worker schemas print --out schemas"
      })
  static final class Print implements Callable<Integer> {

    private final Map<String, String> environment;
    private final PrintWriter out;

    @Mixin private final CommonOptions options = new CommonOptions();

    @Parameters(
        arity = "0..1",
        paramLabel = "TOPIC|NAME",
        description =
            "A topic, or the name of a record such as CompletionUsage, for which no settings are"
                + " read.")
    private @Nullable String wanted;

    @Option(
        names = "--out",
        paramLabel = "DIRECTORY",
        description = "Write them there, as NAME.avsc, and print nothing.")
    private @Nullable Path directory;

    Print(Map<String, String> environment, PrintWriter out) {
      this.environment = environment;
      this.out = out;
    }

    @Override
    public Integer call() throws IOException {
      List<Class<?>> records = wanted == null ? TopicSchema.RECORDS : List.of(find(wanted));
      if (directory != null) {
        Files.createDirectories(directory);
      }
      for (Class<?> type : records) {
        String text = RegisteredSchemas.text(type);
        if (directory == null) {
          out.println(text);
        } else {
          Path file = directory.resolve(type.getSimpleName() + ".avsc");
          Files.writeString(file, text + "\n", StandardCharsets.UTF_8);
        }
      }
      return ExitCode.DONE;
    }

    private Class<?> find(String name) {
      for (Class<?> type : TopicSchema.RECORDS) {
        if (type.getSimpleName().equals(name) || type.getName().equals(name)) {
          return type;
        }
      }
      List<TopicSchema> topics = TopicSchema.of(options.settings(environment));
      for (TopicSchema schema : topics) {
        if (schema.topic().equals(name)) {
          return schema.record();
        }
      }
      throw options.wrong(
          "'%s' has no schema; those that have one: %s; %s"
              .formatted(
                  name,
                  topics.stream().map(TopicSchema::topic).collect(Collectors.joining(", ")),
                  TopicSchema.RECORDS.stream()
                      .map(Class::getSimpleName)
                      .collect(Collectors.joining(", "))));
    }
  }

  /** Registers the schemas. */
  @Command(
      name = "register",
      mixinStandardHelpOptions = true,
      description = {
        "Register the schemas of the configured topics under their subjects, a line each.",
        "Registered schemas stay as they are. If the registry refuses one, its message is printed;"
            + " the others are registered all the same."
      })
  static final class Register implements Callable<Integer> {

    private final Map<String, String> environment;
    private final PrintWriter out;

    @Mixin private final CommonOptions options = new CommonOptions();

    @Option(
        names = "--dry-run",
        description =
            "Print what would be done and what the registry would refuse, and do nothing.")
    private boolean dryRun;

    Register(Map<String, String> environment, PrintWriter out) {
      this.environment = environment;
      this.out = out;
    }

    @Override
    public Integer call() {
      WorkerSettings settings = options.settings(environment);
      if (settings.values().format() == ValuesConfig.Format.JSON) {
        throw options.wrong("nothing to register: value.format is json, which needs no registry");
      }
      RegisteredSchemas registry = registry(settings);
      try {
        List<String> refused =
            new TopicSchema.Registration(registry, dryRun)
                .apply(TopicSchema.of(settings), out::println);
        if (!refused.isEmpty()) {
          String verb = dryRun ? "would refuse" : "refuses";
          throw new SerializationException(
              "The registry " + verb + " " + String.join(", ", refused));
        }
        return ExitCode.DONE;
      } catch (RegistryUnavailableException e) {
        throw new RegistryUnavailableException(e.getMessage() + RegistryConfig.SEE, e);
      }
    }

    private RegisteredSchemas registry(WorkerSettings settings) {
      try {
        return new RegisteredSchemas(settings.registry().settings());
      } catch (ConfigException e) {
        throw options.wrong(String.valueOf(e.getMessage()));
      }
    }
  }
}
