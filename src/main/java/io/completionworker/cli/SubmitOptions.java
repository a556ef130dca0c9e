// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import io.completionworker.avro.PortkeyOptions;
import io.completionworker.cli.batch.Batch;
import io.completionworker.cli.batch.LineReader;
import io.completionworker.cli.records.StartAt;
import io.completionworker.cli.records.StartAt.TimeSpan;
import io.completionworker.cli.submit.Preparation;
import io.completionworker.completion.BatchRequestId;
import io.completionworker.config.ClassesConfig.RequestClass;
import io.completionworker.config.WorkerSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of the commands that publish batches. */
final class SubmitOptions {

  /** What to do with a file that has faulty lines. */
  enum OnInvalid {
    STOP,
    SKIP
  }

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description =
          "What a line is: batch, bodies or cookbook. Default: recognized for each file, and"
              + " printed.")
  private Batch.@Nullable Format format;

  @Option(
      names = "--batch",
      paramLabel = "ID",
      description = {
        "Id of the batch, 1 to 64 letters, digits, '.', '-', '_'.",
        "Default: the first 16 digits of the SHA-256 of the content."
      })
  private @Nullable String batch;

  @Option(
      names = "--class",
      paramLabel = "NAME",
      description = "Class of the requests. Default: that of classes.default.")
  private @Nullable String className;

  @Option(
      names = "--on-invalid",
      paramLabel = "WHAT",
      defaultValue = "stop",
      description =
          "With faulty lines: stop publishes nothing, skip publishes the others."
              + " Default: ${DEFAULT-VALUE}.")
  private OnInvalid onInvalid = OnInvalid.STOP;

  @Option(
      names = "--max-errors",
      paramLabel = "N",
      defaultValue = "20",
      description = "Most faults that are listed for each file. Default: ${DEFAULT-VALUE}.")
  private int maxErrors;

  @Option(
      names = "--key-field",
      paramLabel = "PATH",
      description = {
        "Path of the record's key in the line, with dots, such as body.user.",
        "Default: records have no key."
      })
  private @Nullable String keyField;

  @Option(names = "--trace-id", paramLabel = "ID", description = "Trace id of all requests.")
  private @Nullable String traceId;

  @Option(
      names = "--virtual-key",
      paramLabel = "NAME",
      description = "Portkey's virtual key for all requests.")
  private @Nullable String virtualKey;

  @Option(names = "--provider", paramLabel = "NAME", description = "Provider, or @slug.")
  private @Nullable String provider;

  @Option(
      names = "--portkey-config",
      paramLabel = "ID",
      description = "Id of a saved config of Portkey, pc-...")
  private @Nullable String portkeyConfig;

  @Option(
      names = "--metadata",
      paramLabel = "NAME=VALUE",
      description = "Portkey's metadata for all requests; may be given more than once.")
  private List<String> metadata = new ArrayList<>();

  @Option(
      names = "--cache-namespace",
      paramLabel = "NAME",
      description = "Partition of Portkey's cache.")
  private @Nullable String cacheNamespace;

  @Option(
      names = "--cache-force-refresh",
      description = "Do not use answers of Portkey's cache, and renew them.")
  private boolean cacheForceRefresh;

  @Option(
      names = "--deadline",
      paramLabel = "TIME",
      description =
          "Start no attempt later than this after a request was published: 90s, 30m, 12h or 2d; it"
              + " fails then. Default: never.")
  private @Nullable String deadline;

  @Option(
      names = {"--from", "--since"},
      paramLabel = "TIME",
      description = {
        "Nothing of this batch was published before: 2026-01-31T08:00:00Z, or 2h for two hours"
            + " ago.",
        "Older records are not read then, and a batch that was begun before is refused."
            + " Default: all of the topic is read."
      })
  private @Nullable String since;

  /** Whether a batch id was given. Such an id is only possible for a single file. */
  boolean hasBatch() {
    return batch != null;
  }

  /** Returns the class of the requests. Reports an unknown one through {@code common}. */
  RequestClass requestClass(WorkerSettings settings, CommonOptions common) {
    return common.requestClass(settings, className).orElse(settings.classes().main());
  }

  /** Checks the options and returns them as a plan. */
  Preparation.Plan plan() {
    if (batch != null && !BatchRequestId.isBatchId(batch)) {
      throw wrong("--batch must have 1 to 64 letters, digits, '.', '-', '_'");
    }
    if (maxErrors < 1) {
      throw wrong("--max-errors must be at least 1");
    }
    return new Preparation.Plan(
        Optional.ofNullable(format),
        Optional.ofNullable(batch),
        onInvalid == OnInvalid.SKIP,
        maxErrors,
        new LineReader.Options(keyField, portkey(), deadlineMs()),
        since());
  }

  private @Nullable PortkeyOptions portkey() {
    PortkeyOptions options =
        PortkeyOptions.newBuilder()
            .setTraceId(traceId)
            .setVirtualKey(virtualKey)
            .setProvider(provider)
            .setConfig(portkeyConfig)
            .setMetadata(metadata.isEmpty() ? null : metadata())
            .setCacheNamespace(cacheNamespace)
            .setCacheForceRefresh(cacheForceRefresh ? Boolean.TRUE : null)
            .build();
    return options.equals(PortkeyOptions.newBuilder().build()) ? null : options;
  }

  private Map<String, String> metadata() {
    return CommonOptions.namedValues(spec, "--metadata", metadata);
  }

  private @Nullable Long deadlineMs() {
    String text = deadline;
    if (text == null) {
      return null;
    }
    Optional<Duration> span = TimeSpan.parse(text);
    if (span.isEmpty() || text.startsWith("0")) {
      throw wrong("--deadline must be a number and s, m, h or d, such as 30m");
    }
    return span.get().toMillis();
  }

  private StartAt since() {
    String text = since;
    if (text == null) {
      return StartAt.EARLIEST;
    }
    try {
      Instant now = Instant.now();
      return StartAt.time(StartAt.parseTime(text, now)).inThePast(text, now);
    } catch (IllegalArgumentException e) {
      throw wrong("--from: " + e.getMessage());
    }
  }

  private ParameterException wrong(String message) {
    return CommonOptions.wrong(spec, message);
  }
}
