// SPDX-License-Identifier: Apache-2.0
package io.completionworker.container;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.utility.DockerImageName;

/** The images of the stand. The environment may name others that hold the same. */
public final class Images {

  /** The worker's own, and the provider beside it, as {@link ImageBuild} names them. */
  static final String WORKER = "completion-worker:it";

  static final String PROVIDER = "completion-worker-provider:it";

  private static final Logger log = LoggerFactory.getLogger(Images.class);

  /** For which a pull may show no progress. */
  private static final Duration SILENCE = Duration.ofSeconds(20);

  private Images() {}

  static DockerImageName kafka() {
    return named("KAFKA_IMAGE", "apache/kafka:4.3.1").asCompatibleSubstituteFor("apache/kafka");
  }

  public static DockerImageName schemaRegistry() {
    return named("SCHEMA_REGISTRY_IMAGE", "apicurio/apicurio-registry:3.3.3");
  }

  public static DockerImageName gateway() {
    return named("PORTKEY_GATEWAY_IMAGE", "portkeyai/gateway:1.15.2");
  }

  /** What the worker's image is built on. */
  static DockerImageName java() {
    return named("JRE_IMAGE", "eclipse-temurin:25-jre");
  }

  /** Whether there is an engine, and this image on it or to be had. */
  static boolean canRun(DockerImageName image) {
    return missing(List.of(image)).isEmpty();
  }

  private static Optional<String> missing(List<DockerImageName> images) {
    return Engine.find(SILENCE)
        .map(engine -> missing(engine, images))
        .orElse(Optional.of("no Docker engine answers"));
  }

  private static Optional<String> missing(Engine engine, List<DockerImageName> images) {
    try {
      return engine.fetch(images);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while images were looked for", e);
    }
  }

  /**
   * Skips where there is no engine, or an image is neither there nor to be had: found out once in
   * this process, with one line in the log.
   */
  public static final class Condition implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return Found.MISSING
          .map(what -> ConditionEvaluationResult.disabled(what + ": container tests are skipped"))
          .orElseGet(() -> ConditionEvaluationResult.enabled("engine and images are there"));
    }

    /** Looks when it is first asked. */
    private static final class Found {

      static final Optional<String> MISSING = look();

      private static Optional<String> look() {
        Optional<String> missing = missing(List.of(kafka(), schemaRegistry(), gateway()));
        missing.ifPresent(what -> log.warn("{}: container tests are skipped", what));
        return missing;
      }
    }
  }

  private static DockerImageName named(String variable, String otherwise) {
    String name = System.getenv(variable);
    return DockerImageName.parse(name == null || name.isBlank() ? otherwise : name);
  }
}
