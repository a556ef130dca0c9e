// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec.headers;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.config.GatewayConfig.Credentials;
import io.completionworker.config.Secret;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallScopesTest {

  private static final Credentials CONFIGURED =
      new Credentials(new Secret("api-1"), new Secret("vk-1"), "openai", new Secret("pc-1"), null);

  private static String credential(Credentials configured, Map<String, String> headers) {
    return new CallScopes(configured).of(headers, "gpt", null).credential();
  }

  @Test
  void shouldGiveAShortHashThatShowsNoCredential() {
    assertThat(credential(CONFIGURED, Map.of())).matches("[0-9a-f]{16}");
    assertThat(new CallScopes(CONFIGURED).of(Map.of(), "gpt", null).model()).isEqualTo("gpt");
  }

  @ParameterizedTest
  @CsvSource({
    "x-portkey-virtual-key,vk-1,vk-2",
    "x-portkey-provider,openai,anthropic",
    "x-portkey-config,pc-1,pc-2"
  })
  void shouldTellApartWhatARecordNamesAndFallBackOnTheSettings(
      String header, String configured, String other) {
    String without = credential(CONFIGURED, Map.of());

    assertThat(credential(CONFIGURED, Map.of(header, configured))).isEqualTo(without);
    assertThat(credential(CONFIGURED, Map.of(header, other))).isNotEqualTo(without);
  }

  @Test
  void shouldTellApartConfiguredCredentials() {
    Stream<Credentials> different =
        Stream.of(
            CONFIGURED,
            new Credentials(null, null, null, null, null),
            new Credentials(new Secret("x"), null, null, null, null),
            new Credentials(null, new Secret("x"), null, null, null),
            new Credentials(null, null, "x", null, null),
            new Credentials(null, null, null, new Secret("x"), null),
            new Credentials(null, null, null, null, new Secret("x")));

    assertThat(different.map(configured -> credential(configured, Map.of())))
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource({
    "@one/gpt,@two/gpt,false",
    "@one/gpt,@one/other,true",
    "meta/llama,mistral/large,true",
    "gpt,other,true",
    "@one,gpt,true"
  })
  void shouldCountTheSlugOfAModelAsACredential(String one, String other, boolean same) {
    CallScopes scopes = new CallScopes(CONFIGURED);

    boolean equal =
        scopes
            .of(Map.of(), one, null)
            .credential()
            .equals(scopes.of(Map.of(), other, null).credential());

    assertThat(equal).isEqualTo(same);
  }

  @Test
  void shouldNotBeTouchedByOtherHeaders() {
    assertThat(credential(CONFIGURED, Map.of("x-portkey-trace-id", "t")))
        .isEqualTo(credential(CONFIGURED, Map.of()));
  }
}
