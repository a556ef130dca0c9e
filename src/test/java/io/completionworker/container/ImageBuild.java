// SPDX-License-Identifier: Apache-2.0
package io.completionworker.container;

import io.completionworker.deploy.Tool;
import io.completionworker.deploy.Tool.Result;
import org.junit.jupiter.api.Assumptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builds what is in deploy/Dockerfile, by Docker's own command, from what Maven has packaged. */
final class ImageBuild {

  private static final Logger log = LoggerFactory.getLogger(ImageBuild.class);

  private ImageBuild() {}

  /**
   * Builds the worker's image and the provider's; skips the test where the command or the base
   * image cannot be had.
   */
  static void run() {
    Tool docker = Tool.orSkip("docker", "the worker's image is not tested");
    String base = Images.java().asCanonicalNameString();
    boolean there =
        docker.run("image", "inspect", base).exitCode() == 0
            || docker.run("pull", "-q", base).exitCode() == 0;
    if (!there) {
      log.warn("no image {}: the worker's image is not tested", base);
    }
    Assumptions.assumeTrue(there, () -> "no image " + base);
    build(docker, base, "provider", Images.PROVIDER);
    build(docker, base, "worker", Images.WORKER);
  }

  private static void build(Tool docker, String base, String target, String name) {
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
            "BASE_IMAGE=" + base,
            ".");
    if (result.exitCode() != 0) {
      throw new IllegalStateException(result.text());
    }
  }
}
