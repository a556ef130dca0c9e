// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.cli.check.Checks.EndpointProbe;
import io.completionworker.cli.check.Checks.Finding;
import io.completionworker.config.WorkerConfig;
import io.completionworker.config.WorkerSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointCheckTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private final WorkerSettings settings =
      WorkerConfig.load(
          Optional.empty(),
          Map.of(
              "KAFKA_BOOTSTRAP_SERVERS", "localhost:9092",
              "SCHEMA_REGISTRY_URL", "mock://check",
              "GATEWAY_URL", "http://endpoint.test/v1"));

  @ParameterizedTest
  @CsvSource({
    "400, OK, refuses no credentials",
    "422, OK, refuses no credentials",
    "401, FAIL, change gateway.api.key",
    "403, FAIL, change gateway.api.key",
    "404, FAIL, wrong path",
    "405, FAIL, wrong path",
    "407, FAIL, gateway.proxy.username",
    "302, FAIL, redirects are not followed",
    "402, WARN, of the account",
    "412, WARN, of the account",
    "429, WARN, of the account",
    "500, WARN, trouble of its own",
    "200, WARN, which it should refuse"
  })
  void shouldSayWhatAStatusMeansAndWhatToChange(int status, Finding.Level level, String words)
      throws Exception {
    Finding finding =
        findings((given, timeout) -> new EndpointProbe.Reply(status, Optional.empty())).get(0);

    assertThat(finding.level()).isEqualTo(level);
    assertThat(finding.line())
        .contains("http://endpoint.test/v1 answers " + status)
        .contains(words);
  }

  @Test
  void shouldSayWhyThereIsNoAnswer() throws Exception {
    List<Finding> findings =
        findings(
            (given, timeout) -> {
              throw new IllegalStateException("no connection: refused");
            });

    assertThat(findings)
        .map(Finding::line)
        .containsExactly(
            "FAIL endpoint: http://endpoint.test/v1: no connection: refused; see gateway.url,"
                + " gateway.proxy.* and gateway.tls.*",
            "warn clock: not compared, for want of an answer");
  }

  @ParameterizedTest
  @CsvSource({
    "'Sun, 01 Mar 2026 12:00:00 GMT', OK",
    "'Sun, 01 Mar 2026 12:00:05 GMT', OK",
    "'Sun, 01 Mar 2026 12:00:06 GMT', WARN",
    "'Sun, 01 Mar 2026 11:59:54 GMT', OK",
    "'Sun, 01 Mar 2026 11:59:53 GMT', WARN",
    "yesterday, WARN"
  })
  void shouldWarnOfAClockThatIsMoreThanFiveSecondsOff(String date, Finding.Level level)
      throws Exception {
    Finding finding =
        findings((given, timeout) -> new EndpointProbe.Reply(400, Optional.of(date))).get(1);

    assertThat(finding.about()).isEqualTo("clock");
    assertThat(finding.level()).isEqualTo(level);
  }

  private List<Finding> findings(EndpointProbe probe) throws Exception {
    InstantSource clock = () -> NOW;
    return new EndpointCheck(
            settings,
            probe,
            Duration.ofSeconds(1),
            failure -> String.valueOf(failure.getMessage()),
            clock)
        .call();
  }
}
