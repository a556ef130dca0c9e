// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tracing;

import io.completionworker.config.ConfigFaultsException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * OpenTelemetry's own settings, as its specification names them.
 *
 * @param values the values by the names of system properties: {@code otel.traces.exporter} stands
 *     for the environment variable {@code OTEL_TRACES_EXPORTER}
 */
record TracingSettings(Map<String, String> values) {

  private static final String EXPORTER = "otel.traces.exporter";
  private static final String PROTOCOL = "otel.exporter.otlp.protocol";
  private static final String TRACES_PROTOCOL = "otel.exporter.otlp.traces.protocol";
  private static final String HTTP = "http/protobuf";

  /**
   * Returns the settings of the process. A system property takes precedence over an environment
   * variable.
   */
  static TracingSettings ofProcess() {
    Map<String, String> values = new HashMap<>();
    System.getenv()
        .forEach(
            (name, value) -> {
              if (name.startsWith("OTEL_")) {
                values.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value);
              }
            });
    for (String name : System.getProperties().stringPropertyNames()) {
      if (name.startsWith("otel.")) {
        values.put(name, System.getProperty(name));
      }
    }
    return new TracingSettings(values);
  }

  /** Whether an exporter is configured and not disabled. */
  boolean on() {
    if (is("otel.sdk.disabled", "true") || is(EXPORTER, "none")) {
      return false;
    }
    return has(EXPORTER)
        || has("otel.exporter.otlp.endpoint")
        || has("otel.exporter.otlp.traces.endpoint");
  }

  /** Whether spans contain prompts and answers. */
  boolean content() {
    String name = "otel.instrumentation.genai.capture.message.content";
    return is(name, "true") || is(name, "span_only") || is(name, "span_and_event");
  }

  /**
   * Returns the settings with defaults for those that the process does not set. A blank value
   * counts as not set, as OpenTelemetry's specification demands. This worker only exports traces,
   * and only over HTTP.
   */
  Map<String, String> withDefaults() {
    Map<String, String> all = new HashMap<>();
    all.put(EXPORTER, "otlp");
    all.put("otel.metrics.exporter", "none");
    all.put("otel.logs.exporter", "none");
    all.put("otel.propagators", "none");
    all.put(PROTOCOL, HTTP);
    // OpenTelemetry's default is no limit, and thousands of spans may wait for a collector.
    all.put("otel.attribute.value.length.limit", "16384");
    values.forEach(
        (name, value) -> {
          if (!value.isBlank()) {
            all.put(name, value);
          }
        });
    return all;
  }

  /**
   * Checks that spans can be exported with these settings.
   *
   * @throws ConfigFaultsException if they cannot
   */
  void check() {
    List<String> faults = new ArrayList<>();
    if (has(EXPORTER) && !is(EXPORTER, "otlp")) {
      faults.add("OTEL_TRACES_EXPORTER must be otlp or none");
    }
    String protocol = has(TRACES_PROTOCOL) ? TRACES_PROTOCOL : PROTOCOL;
    if (has(protocol) && !is(protocol, HTTP)) {
      String variable = protocol.toUpperCase(Locale.ROOT).replace('.', '_');
      faults.add(variable + " must be " + HTTP + ", which collectors take on port 4318");
    }
    if (!faults.isEmpty()) {
      throw new ConfigFaultsException(faults);
    }
  }

  private boolean has(String name) {
    return !value(name).isEmpty();
  }

  private boolean is(String name, String expected) {
    return value(name).equalsIgnoreCase(expected);
  }

  private String value(String name) {
    @Nullable String value = values.get(name);
    return value == null ? "" : value.strip();
  }
}
