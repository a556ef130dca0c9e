// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec.headers;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.CompletionCall.CallScope;
import io.completionworker.completion.CompletionCall.TokenEstimate;
import io.completionworker.completion.CompletionCall.TraceContext;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.config.GatewayConfig.Credentials;
import io.completionworker.config.Limits;
import io.completionworker.config.RateLimitConfig.ScopeLimits;
import io.completionworker.config.Secret;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CredentialNamesTest {

  private static final Secret KEY = new Secret("secret-of-the-settings");
  private static final Secret SEARCH_KEY = new Secret("vk-search-1a2b");
  private static final List<ScopeLimits> SEARCH =
      List.of(new ScopeLimits("search", "vk-search-*", "*", Limits.NONE));

  @Test
  void shouldNameWhatIsConfigured() {
    assertThat(name(new Credentials(KEY, null, null, null, null), Map.of()))
        .isEqualTo("the configured API key");
    assertThat(name(new Credentials(null, KEY, "openai", null, null), Map.of()))
        .isEqualTo("the configured virtual key");
    assertThat(name(new Credentials(null, SEARCH_KEY, null, null, null), Map.of()))
        .as("one setting, though an override matches it")
        .isEqualTo("the configured virtual key");
    assertThat(name(new Credentials(KEY, KEY, null, KEY, KEY), Map.of()))
        .isEqualTo("the configured API key, virtual key and authorization");
    assertThat(name(new Credentials(null, null, null, KEY, null), Map.of()))
        .isEqualTo("the configured gateway config");
    assertThat(name(new Credentials(null, null, null, null, null), Map.of()))
        .isEqualTo("calls without a key");
  }

  @Test
  void shouldNameTheVirtualKeyOfARecordByTheOverrideThatMatchesIt() {
    assertThat(ofRecord("vk-search-1a2b", null))
        .isEqualTo("the virtual key of rate.limit.override.search");
  }

  @Test
  void shouldNameAnyOtherVirtualKeyOfARecordByItsTeam() {
    assertThat(ofRecord("vk-1a2b", "{\"team\":\"search\\n\"}"))
        .isEqualTo("a virtual key of its records, team=search");
    assertThat(ofRecord("vk-1a2b", "{\"user\":\"u\"}")).isEqualTo("a virtual key of its records");
    assertThat(ofRecord("vk-1a2b", "no json")).isEqualTo("a virtual key of its records");
  }

  @Test
  void shouldSayWhatElseARecordChooses() {
    Credentials credentials = new Credentials(KEY, null, "openai", null, null);

    assertThat(name(credentials, Map.of("x-portkey-provider", "mistral-ai")))
        .isEqualTo("the configured API key, provider mistral-ai");
    assertThat(name(credentials, Map.of("x-portkey-config", "pc-1a2b")))
        .isEqualTo("the configured API key with a config of its records");
    assertThat(new CredentialNames(credentials, List.of()).of(call(Map.of(), "@azure/gpt-4o")))
        .isEqualTo("the configured API key, integration @azure");
  }

  private static String ofRecord(String virtualKey, @Nullable String metadata) {
    Map<String, String> headers =
        metadata == null
            ? Map.of("x-portkey-virtual-key", virtualKey)
            : Map.of("x-portkey-virtual-key", virtualKey, "x-portkey-metadata", metadata);
    return name(new Credentials(KEY, null, null, null, null), headers);
  }

  private static String name(Credentials credentials, Map<String, String> headers) {
    return new CredentialNames(credentials, SEARCH).of(call(headers, "gpt-4o"));
  }

  private static CompletionCall call(Map<String, String> headers, String model) {
    return new CompletionCall(
        new SourceRecord(
            new RecordPosition("requests", 0, 0), null, new byte[0], List.of(), 0, 0, 0),
        "r",
        CompletionRequest.newBuilder().setModel(model).setMessages(List.of()).build(),
        headers,
        List.of(),
        new TraceContext("trace", "span", null, null, "traceparent", null, null),
        new CallScope("hash", headers.get("x-portkey-virtual-key"), model),
        TokenEstimate.NONE,
        Long.MAX_VALUE);
  }
}
