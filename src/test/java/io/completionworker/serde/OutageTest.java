// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Confluent's serdes throw when it is the registry that fails, and not the record. */
class OutageTest {

  @Test
  void shouldWaitWhenTheRegistryRefusesTheCredentials() {
    assertThat(Outage.is(new AuthenticationException("Unauthorized; error code: 401"))).isTrue();
    assertThat(Outage.is(new AuthorizationException("Forbidden; error code: 403"))).isTrue();
    assertThat(
            Outage.is(
                new SerializationException("Error", new AuthorizationException("Forbidden", null))))
        .isTrue();
    assertThat(Outage.is(new TimeoutException("later"))).isTrue();
  }

  /** Releases before 8 have no better classes for it. */
  @ParameterizedTest
  @ValueSource(ints = {401, 403, 407, 408, 429, 500, 503, 40101, 40301, 42901, 50001, 50302})
  void shouldReadTheCodeThatOlderReleasesHaveInTheirMessage(int code) {
    String message = "User may not; error code: " + code;

    assertThat(Outage.is(new InvalidConfigurationException(message))).isTrue();
    assertThat(Outage.is(new SerializationException("Error", new RestClientException(message))))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 409, 422, 40401, 40403, 40901, 42201})
  void shouldNotWaitWhenTheRegistryHasAnswered(int code) {
    String message = "Schema not found; error code: " + code;

    assertThat(Outage.is(new InvalidConfigurationException(message))).isFalse();
    assertThat(Outage.is(new SerializationException("Error", new RestClientException(message))))
        .isFalse();
    assertThat(Outage.is(new SerializationException("a value with error code: 503"))).isFalse();
  }

  /** Of the name that Confluent's client has; the two have no class in common but this one's. */
  private static final class RestClientException extends Exception {
    private static final long serialVersionUID = 1L;

    RestClientException(String message) {
      super(message);
    }
  }
}
