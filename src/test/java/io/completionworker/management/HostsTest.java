// SPDX-License-Identifier: Apache-2.0
package io.completionworker.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.management.ManagementServer.Hosts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LocalHost:8080",
        "worker.localhost:8080",
        "127.0.0.1:8080",
        "127.8.9.10",
        "[::1]:8080"
      })
  void shouldKnowTheLoopbackByItsNames(String host) {
    assertThat(new Hosts("127.0.0.1").allow(host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:8080",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "localhost:80.evil.example",
        "evil.example#localhost",
        "10.0.0.1:8080",
        "[::2]",
        ""
      })
  void shouldRefuseNamesThatWereMadeToLeadHere(String host) {
    assertThat(new Hosts("127.0.0.1").allow(host)).isFalse();
    assertThat(new Hosts("localhost").allow(host)).isFalse();
    assertThat(new Hosts("::1").allow(host)).isFalse();
  }

  @Test
  void shouldLetPassWhatIsNoBrowser() {
    assertThat(new Hosts("127.0.0.1").allow(null)).isTrue();
  }

  @Test
  void shouldNotGuessNamesOfANetwork() {
    assertThat(new Hosts("0.0.0.0").allow("worker-7.internal:8080")).isTrue();
    assertThat(new Hosts("worker-7.internal").allow("other.internal")).isTrue();
  }
}
