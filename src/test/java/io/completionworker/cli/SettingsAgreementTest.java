// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No command takes settings that another one refuses. */
class SettingsAgreementTest extends InProcessCli {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "config",
        "check",
        "run",
        "topics --dry-run",
        "submit FILE",
        "batch FILE --out OUT",
        "collect --batch some-batch --out OUT",
        "redrive --dry-run",
        "tail responses",
        "control cancel --everything --dry-run",
        "control list",
        "batch status some-batch"
      })
  void shouldRefuseTheSameSettings(String command) throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("worker.properties"),
            "kafka.bootstrap.server=a:1\nasync.max.inflight=3\nbasic.auth.userinfo=a:b\n");
    Path requests = Files.writeString(directory.resolve("requests.jsonl"), "{}\n");
    environment.put("RATE_LIMIT_REQUESTS_PER_MINUTES", "10");
    environment.put("COMPLETION_WORKER_GATEWAY_APIKEY", "sk-planted");
    String arguments =
        (command + " --config " + file)
            .replace("FILE", requests.toString())
            .replace("OUT", directory.resolve("out.jsonl").toString());

    assertThat(execute(arguments.split(" "))).as("%s: %s", arguments, err).isEqualTo(2);

    assertThat(err.toString().lines().map(line -> line.replaceAll(":.*", "").strip()))
        .containsAll(
            List.of(
                "COMPLETION_WORKER_GATEWAY_APIKEY",
                "RATE_LIMIT_REQUESTS_PER_MINUTES",
                "async.max.inflight",
                "basic.auth.userinfo",
                "kafka.bootstrap.server"));
    assertThat(err.toString() + out).doesNotContain("sk-planted");
    assertThat(runs).isEmpty();
  }
}
