// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.cli.check.Checks.Finding;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

class ChecksTest {

  private final Queue<Finding> found =
      new ConcurrentLinkedQueue<>(
          List.of(
              Finding.ok("broker", "cluster c, 1 broker"),
              Finding.fail("topic completion-usage", "is missing")));

  @Test
  void shouldShowWhatWasFoundBeforeTheTimeWasUp() throws Exception {
    assertThat(lines(new CompletableFuture<>()))
        .containsExactly(
            "ok   broker: cluster c, 1 broker",
            "FAIL topic completion-usage: is missing",
            "FAIL broker: not done within 0 s");
  }

  @Test
  void shouldShowWhatWasFoundBeforeTheCheckFailed() throws Exception {
    assertThat(lines(CompletableFuture.failedFuture(new IllegalStateException("broken"))))
        .hasSize(3)
        .last()
        .asString()
        .startsWith("FAIL broker: ")
        .endsWith("broken");
  }

  @Test
  void shouldShowWhatWasFoundByTheEnd() throws Exception {
    assertThat(lines(CompletableFuture.completedFuture(null))).hasSize(2);
  }

  private List<String> lines(CompletableFuture<?> end) throws InterruptedException {
    return new Checks.Running("broker", Duration.ZERO, found, end)
        .await(String::valueOf).stream().map(Finding::line).toList();
  }
}
