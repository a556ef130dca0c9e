// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tracing;

import io.completionworker.completion.port.CallTracer;
import io.completionworker.completion.port.RequestReader;
import io.completionworker.config.ConfigFaultsException;
import io.completionworker.config.WorkerSettings;
import io.completionworker.tracing.SpanAttributes.AttemptAttributes;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.URI;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tracing of a worker, configured by OpenTelemetry's own settings of the process. */
public final class Tracing implements AutoCloseable {

  /** The longest time for which the export of the last spans delays the end of the worker. */
  private static final long FLUSH_SECONDS = 3;

  private static final String NAME = "completion-worker";

  private final CallTracer calls;
  private final UnaryOperator<RequestReader> reader;
  private final Runnable end;

  private Tracing(CallTracer calls, UnaryOperator<RequestReader> reader, Runnable end) {
    this.calls = calls;
    this.reader = reader;
    this.end = end;
  }

  /**
   * Starts tracing if an exporter is configured.
   *
   * @throws ConfigFaultsException if OpenTelemetry's settings cannot be used
   */
  public static Tracing start(TracedWorker worker) {
    return start(worker, TracingSettings.ofProcess());
  }

  static Tracing start(TracedWorker worker, TracingSettings settings) {
    if (!settings.on()) {
      return new Tracing(CallTracer.OFF, UnaryOperator.identity(), () -> {});
    }
    settings.check();
    GivenIds ids = new GivenIds();
    OpenTelemetrySdk sdk = sdk(settings, ids);
    return of(sdk.getSdkTracerProvider(), ids, worker, settings.content(), () -> close(sdk));
  }

  /** Creates tracing with a provider that takes its ids from {@code ids}. */
  static Tracing of(
      SdkTracerProvider provider,
      GivenIds ids,
      TracedWorker worker,
      boolean content,
      Runnable end) {
    RequestSpans spans =
        new RequestSpans(
            provider.get(NAME), ids, worker.groupOf(), new AttemptAttributes(worker, content));
    return new Tracing(spans, reader -> new SampledReader(reader, provider.getSampler()), end);
  }

  /** Returns the tracer of attempts and outcomes. */
  public CallTracer calls() {
    return calls;
  }

  /** Returns a reader whose requests know whether their trace is sampled. */
  public RequestReader reader(RequestReader inner) {
    return reader.apply(inner);
  }

  /** Exports the remaining spans, for a few seconds at most. */
  @Override
  public void close() {
    end.run();
  }

  private static OpenTelemetrySdk sdk(TracingSettings settings, GivenIds ids) {
    try {
      return AutoConfiguredOpenTelemetrySdk.builder()
          .disableShutdownHook() // the worker shuts the SDK down, after its last outcome
          .addPropertiesSupplier(settings::withDefaults)
          .addResourceCustomizer(Tracing::named)
          .addTracerProviderCustomizer((provider, config) -> provider.setIdGenerator(ids))
          .addSpanExporterCustomizer((exporter, config) -> new WatchedExporter(exporter))
          .build()
          .getOpenTelemetrySdk();
    } catch (RuntimeException e) {
      // The exception's message is left out because it quotes values, and headers of the exporter
      // are secrets.
      throw new ConfigFaultsException(
          List.of("OpenTelemetry cannot use its settings (OTEL_*): " + names(e)));
    }
  }

  /** Returns the names of the settings that the exception mentions. */
  private static String names(RuntimeException e) {
    List<String> names =
        Pattern.compile("otel(\\.[a-z0-9_]+)+")
            .matcher(String.valueOf(e.getMessage()))
            .results()
            .map(hit -> hit.group().toUpperCase(Locale.ROOT).replace('.', '_'))
            .distinct()
            .toList();
    return names.isEmpty() ? e.getClass().getSimpleName() : String.join(", ", names);
  }

  private static Resource named(Resource resource, ConfigProperties config) {
    boolean named =
        config.getString("otel.service.name") != null
            || config.getMap("otel.resource.attributes").containsKey("service.name");
    return named
        ? resource
        : resource.merge(Resource.create(Attributes.builder().put("service.name", NAME).build()));
  }

  private static void close(OpenTelemetrySdk sdk) {
    sdk.shutdown().join(FLUSH_SECONDS, TimeUnit.SECONDS);
  }

  /**
   * Gives the span of a request the ids that its output records carry. These ids must be the same
   * after a restart, so they are derived from the request and not random. Safe on every thread.
   */
  static final class GivenIds implements IdGenerator {

    private static final ThreadLocal<@Nullable SpanContext> GIVEN = new ThreadLocal<>();

    private final IdGenerator random = IdGenerator.random();

    /** Starts a span with the ids of this context. */
    Span start(SpanBuilder span, SpanContext own) {
      GIVEN.set(own);
      try {
        return span.startSpan();
      } finally {
        GIVEN.remove();
      }
    }

    @Override
    public String generateSpanId() {
      SpanContext own = GIVEN.get();
      return own == null ? random.generateSpanId() : own.getSpanId();
    }

    @Override
    public String generateTraceId() {
      SpanContext own = GIVEN.get();
      return own == null ? random.generateTraceId() : own.getTraceId();
    }
  }

  /**
   * Attributes that all spans of a worker share.
   *
   * @param groupOf returns the consumer group that reads a request topic
   * @param server the host that calls go to
   * @param provider the provider of calls whose record names none, or null
   */
  public record TracedWorker(
      UnaryOperator<String> groupOf, String server, int port, @Nullable String provider) {

    /** Returns the attributes for a worker with these settings. */
    public static TracedWorker of(WorkerSettings settings) {
      URI url = settings.gateway().url();
      boolean tls = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT).equals("https");
      int standard = tls ? 443 : 80;
      Map<String, String> groups = new HashMap<>();
      settings.ofEachClass().forEach(own -> groups.put(own.topics().requests(), own.group()));
      return new TracedWorker(
          topic -> groups.getOrDefault(topic, settings.group()),
          String.valueOf(url.getHost()),
          url.getPort() < 0 ? standard : url.getPort(),
          settings.gateway().credentials().provider());
    }
  }

  /** Logs once when spans cannot be exported, and once when they can be exported again. */
  static final class WatchedExporter implements SpanExporter {

    private static final Logger log = LoggerFactory.getLogger(WatchedExporter.class);

    private final SpanExporter exporter;
    private boolean failing;
    private long lost;

    WatchedExporter(SpanExporter exporter) {
      this.exporter = exporter;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      int count = spans.size();
      CompletableResultCode result = exporter.export(spans);
      result.whenComplete(
          () -> {
            if (result.isSuccess()) {
              succeeded();
            } else {
              failed(count, result.getFailureThrowable());
            }
          });
      return result;
    }

    private synchronized void failed(int spans, @Nullable Throwable cause) {
      lost += spans;
      if (!failing) {
        failing = true;
        log.atWarn()
            .addKeyValue("cause", cause == null ? "refused" : root(cause).getClass().getName())
            .log("Spans cannot be exported and are dropped; requests go on");
      }
    }

    private synchronized void succeeded() {
      if (failing) {
        failing = false;
        log.atInfo().addKeyValue("lost", lost).log("Spans are exported again");
        lost = 0;
      }
    }

    /**
     * Returns the root cause. Its message may contain the collector's address, and with it a
     * password, so callers must not log the message.
     */
    private static Throwable root(Throwable cause) {
      Throwable root = cause;
      for (Throwable next = cause.getCause();
          next != null && next != root;
          next = root.getCause()) {
        root = next;
      }
      return root;
    }

    @Override
    public CompletableResultCode flush() {
      return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
      return exporter.shutdown();
    }
  }
}
