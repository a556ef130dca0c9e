package io.completionworker.container;

import io.completionworker.deploy.Tool;
import io.completionworker.deploy.Tool.Result;

/** Builds what is in deploy/Dockerfile, by Docker's own command, from what Maven has packaged. */
final class ImageBuild {

  private ImageBuild() {}

  /** Builds the worker's image and the provider's; skips the test where there is no command. */
  static void run() {
    Tool docker = Tool.orSkip("docker", "the worker's image is not tested");
    build(docker, "provider", Images.PROVIDER);
    build(docker, "worker", Images.WORKER);
  }

  private static void build(Tool docker, String target, String name) {
    Result result =
        docker.run(
            "build",
            "-f",
            "deploy/Dockerfile",
            "--target",
            target,
            "-t",
            name,
            "--build-arg",
            "BASE_IMAGE=" + Images.java().asCanonicalNameString(),
            ".");
    if (result.exitCode() != 0) {
      throw new IllegalStateException(result.text());
    }
  }
}
