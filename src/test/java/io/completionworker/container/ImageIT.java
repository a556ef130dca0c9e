// SPDX-License-Identifier: Apache-2.0
package io.completionworker.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.DockerClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container.ExecResult;

/** The worker's own image, among the services of docker-compose.yml. */
@Tag("long")
@Tag("heavy")
@ExtendWith(Images.Condition.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ImageIT {

  private static ImageStand stand;

  @BeforeAll
  static void start() {
    ImageBuild.run();
    stand = ImageStand.start();
  }

  @AfterAll
  static void stop() {
    if (stand != null) {
      stand.close();
    }
  }

  @Test
  void shouldAnswerPromptsByTheDocumentedCommand() throws Exception {
    ExecResult asked = exec("bash", "/compose/ask");

    assertThat(asked.getExitCode()).as(asked.toString()).isZero();
    assertThat(asked.getStdout().lines().filter(line -> line.startsWith("{")))
        .hasSize(5)
        .allSatisfy(
            line -> {
              JsonNode answer = new ObjectMapper().readTree(line);
              assertThat(answer.at("/response/status_code").asInt()).isEqualTo(200);
              assertThat(answer.at("/response/body/choices/0/message/content").asText())
                  .isNotEmpty();
            });
  }

  @Test
  void shouldRunWithoutRightsAndWriteNothingButTemporaryFiles() throws Exception {
    assertThat(exec("cat", "/proc/1/status").getStdout())
        .containsPattern("Uid:\\s+10001\\s+10001")
        .containsPattern("CapEff:\\s+0+\\n");
    assertThat(exec("touch", "/opt/completion-worker/new").getExitCode()).isNotZero();
    assertThat(exec("touch", "/tmp/new").getExitCode()).isZero();
  }

  @Test
  void shouldStartFromItsArchive() throws Exception {
    ExecResult strict =
        exec("env", "JAVA_TOOL_OPTIONS=-XX:AOTMode=on", "completion-worker", "--version");
    assertThat(strict.getExitCode()).as(strict.toString()).isZero();
    assertThat(strict.getStdout()).startsWith("completion-worker ");
  }

  @Test
  void shouldSayWhatIsInIt() throws Exception {
    Assumptions.assumeTrue(
        Files.exists(Path.of("target", "bom.json")), "no bill of materials: built without -Psbom");

    JsonNode bill = new ObjectMapper().readTree(exec("cat", "bom.json").getStdout());
    assertThat(bill.path("bomFormat").asText()).isEqualTo("CycloneDX");
    assertThat(bill.path("components").findValuesAsText("name"))
        .contains("kafka-streams", "vertx-core")
        .doesNotContain("junit-jupiter");
  }

  @Test
  void shouldHoldLicencesAndTheLibrariesOfItsPlatformAlone() throws Exception {
    assertThat(exec("cat", "LICENSE", "NOTICE", "third-party/THIRD-PARTY.txt").getStdout())
        .contains("Apache License", "completion-worker", "io.vertx:vertx-core | ");
    String bytes = exec("du", "-sb", "lib").getStdout();
    assertThat(Long.parseLong(bytes.split("\\s", -1)[0])).isLessThanOrEqualTo(60_000_000);
  }

  @Test
  void shouldKnowThatItLives() throws Exception {
    assertThat(exec("health").getExitCode()).isZero();
    assertThat(exec("health", "/no-such-page").getExitCode()).isNotZero();
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void shouldStopInGoodOrderWhenItIsTold() {
    DockerClient docker = DockerClientFactory.lazyClient();
    String id = stand.worker.getContainerId();
    docker.stopContainerCmd(id).withTimeout(60).exec();
    assertThat(docker.inspectContainerCmd(id).exec().getState().getExitCodeLong()).isZero();
  }

  private static ExecResult exec(String... command) throws IOException, InterruptedException {
    return stand.worker.execInContainer(command);
  }
}
