package io.completionworker.container;

import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Assumptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.images.RemoteDockerImage;
import org.testcontainers.utility.DockerImageName;

/** The images of the stand. The environment may name others that hold the same. */
final class Images {

  private static final Logger log = LoggerFactory.getLogger(Images.class);

  private Images() {}

  static DockerImageName kafka() {
    return named("KAFKA_IMAGE", "apache/kafka:4.3.1").asCompatibleSubstituteFor("apache/kafka");
  }

  static DockerImageName schemaRegistry() {
    return named("SCHEMA_REGISTRY_IMAGE", "apicurio/apicurio-registry:3.3.3");
  }

  static DockerImageName gateway() {
    return named("PORTKEY_GATEWAY_IMAGE", "portkeyai/gateway:1.15.2");
  }

  /** Skips the test where there is no engine, or an image is neither there nor to be had. */
  static void assume() {
    check("no Docker engine", Images::engine);
    for (DockerImageName image : List.of(kafka(), schemaRegistry(), gateway())) {
      check("no image " + image, new RemoteDockerImage(image)::get);
    }
  }

  private static void check(String otherwise, Callable<?> step) {
    try {
      step.call();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while images were looked for", e);
    } catch (Exception e) {
      String word = otherwise + ": container tests are skipped (" + e.getMessage() + ")";
      log.warn(word);
      Assumptions.abort(word);
    }
  }

  private static boolean engine() {
    if (DockerClientFactory.instance().isDockerAvailable()) {
      return true;
    }
    throw new IllegalStateException("none answers");
  }

  private static DockerImageName named(String variable, String otherwise) {
    String name = System.getenv(variable);
    return DockerImageName.parse(name == null || name.isBlank() ? otherwise : name);
  }
}
