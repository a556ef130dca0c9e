package io.completionworker.container;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.images.RemoteDockerImage;
import org.testcontainers.utility.DockerImageName;

/** The images of the stand. The environment may name others that hold the same. */
public final class Images {

  /** The worker's own, and the provider beside it, as {@link ImageBuild} names them. */
  static final String WORKER = "completion-worker:it";

  static final String PROVIDER = "completion-worker-provider:it";

  private static final Logger log = LoggerFactory.getLogger(Images.class);

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
    return Condition.missing("no Docker engine", Condition::engine)
        .or(() -> Condition.missing(image))
        .isEmpty();
  }

  /** Skips where there is no engine, or an image is neither there nor to be had. */
  public static final class Condition implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      Optional<String> missing = missing();
      missing.ifPresent(what -> log.warn("{}: container tests are skipped", what));
      return missing
          .map(what -> ConditionEvaluationResult.disabled(what + ": container tests are skipped"))
          .orElseGet(() -> ConditionEvaluationResult.enabled("engine and images are there"));
    }

    private static Optional<String> missing() {
      return missing("no Docker engine", Condition::engine)
          .or(() -> missing(kafka()))
          .or(() -> missing(schemaRegistry()))
          .or(() -> missing(gateway()));
    }

    private static Optional<String> missing(DockerImageName image) {
      return missing("no image " + image, new RemoteDockerImage(image)::get);
    }

    private static Optional<String> missing(String what, Callable<?> step) {
      try {
        step.call();
        return Optional.empty();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while images were looked for", e);
      } catch (Exception e) {
        return Optional.of(what + " (" + e.getMessage() + ")");
      }
    }

    private static boolean engine() {
      if (DockerClientFactory.instance().isDockerAvailable()) {
        return true;
      }
      throw new IllegalStateException("none answers");
    }
  }

  private static DockerImageName named(String variable, String otherwise) {
    String name = System.getenv(variable);
    return DockerImageName.parse(name == null || name.isBlank() ? otherwise : name);
  }
}
