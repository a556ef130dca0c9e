// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.config.GatewayConfig.Credentials;
import io.completionworker.config.Secret;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactorTest {

  private final Redactor redactor = new Redactor(Stream.of("portkey/key+1", "key+1", "abc"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sk-x",
        "sk-proj-Ab_12-cd",
        "sk-abc***********xyz",
        "gsk_0123456789abcdef0123",
        "AIzaSyA0123456789abcdefghij",
        "portkey/key+1",
        "key+1",
      })
  void shouldHideWhatLooksLikeAKeyOrIsASecret(String key) {
    assertThat(redactor.clean("Incorrect key provided: " + key + ". Sorry", 500))
        .isEqualTo("Incorrect key provided: [hidden]. Sorry");
  }

  @Test
  void shouldHideTheTokenOfAnAuthorization() {
    assertThat(redactor.clean("sent 'Authorization: Bearer eyJhbGciOi.J9-_x' there", 500))
        .isEqualTo("sent 'Authorization: Bearer [hidden]' there");
  }

  @Test
  void shouldLeaveOrdinaryWordsAlone() {
    String text = "The task-force asks 12 abc risk-free questions, the bearer is fine.";

    assertThat(redactor.clean(text, 500)).isEqualTo(text);
  }

  @Test
  void shouldHideBeforeItCuts() {
    assertThat(redactor.clean("1234567 portkey/key+1", 12)).isEqualTo("1234567 [hid");
  }

  @Test
  void shouldNotCutACharacterInTwo() {
    assertThat(redactor.clean("ab\ud83d\ude00", 3)).isEqualTo("ab");
    assertThat(redactor.clean("ab\ud83d\ude00", 4)).isEqualTo("ab\ud83d\ude00");
    assertThat(redactor.clean(null, 4)).isEmpty();
  }

  @Test
  void shouldKnowTheSecretsOfTheConfiguration() {
    Redactor configured =
        Redactor.of(
            Settings.at("http://localhost")
                .credentials(
                    new Credentials(
                        new Secret("api.1234"),
                        new Secret("virtual.1234"),
                        "openai",
                        new Secret("pc.1234"),
                        new Secret("Custom token.1234")))
                .fixed(Map.of("X-Aws-Secret-Access-Key", "aws.1234", "x-region", "eu-west-1"))
                .config());

    assertThat(
            configured.clean(
                "api.1234 virtual.1234 pc.1234 token.1234 aws.1234 openai eu-west-1", 500))
        .isEqualTo("[hidden] [hidden] [hidden] [hidden] [hidden] openai eu-west-1");
  }
}
