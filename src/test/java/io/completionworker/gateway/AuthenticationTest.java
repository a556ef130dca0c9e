// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.Message;
import io.completionworker.avro.PortkeyOptions;
import io.completionworker.codec.CallReader;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.completion.port.RequestReader.Reading;
import io.completionworker.config.GatewayConfig.Credentials;
import io.completionworker.config.GatewayConfig.HeaderRules;
import io.completionworker.config.RecordsConfig.Strictness;
import io.completionworker.config.Secret;
import io.completionworker.tokens.TokenEstimator;
import io.completionworker.validation.RequestValidator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From a record to the wire: what a call authenticates with, in every way the gateway knows. */
@Timeout(60)
class AuthenticationTest {

  private static final String API_KEY = "x-portkey-api-key";
  private static final String VIRTUAL_KEY = "x-portkey-virtual-key";
  private static final String PROVIDER = "x-portkey-provider";
  private static final String CONFIG = "x-portkey-config";
  private static final String AUTHORIZATION = "authorization";

  /** All that tells a gateway who pays, and where it goes. */
  private static final Set<String> TELLING =
      Set.of(
          API_KEY,
          VIRTUAL_KEY,
          PROVIDER,
          CONFIG,
          AUTHORIZATION,
          "proxy-authorization",
          "x-portkey-custom-host",
          "x-portkey-forward-headers");

  private static final Credentials API_KEY_ONLY = credentials("pk", null, null, null, null);

  @RegisterExtension private final Clients clients = new Clients();

  static Stream<Arguments> configured() {
    return Stream.of(
        arguments(API_KEY_ONLY, Map.of(API_KEY, "pk")),
        arguments(
            credentials("pk", "vk", null, null, null), Map.of(API_KEY, "pk", VIRTUAL_KEY, "vk")),
        arguments(
            credentials("pk", null, "openai", null, "Bearer own"),
            Map.of(API_KEY, "pk", PROVIDER, "openai", AUTHORIZATION, "Bearer own")),
        arguments(
            credentials(null, null, "openai", null, "Bearer own"),
            Map.of(PROVIDER, "openai", AUTHORIZATION, "Bearer own")),
        arguments(
            credentials("pk", null, null, "pc-one", null), Map.of(API_KEY, "pk", CONFIG, "pc-one")),
        arguments(
            credentials("pk", null, null, "{\"retry\":{\"attempts\":2}}", null),
            Map.of(API_KEY, "pk", CONFIG, "{\"retry\":{\"attempts\":2}}")),
        arguments(
            credentials("pk", null, "@slug", null, null),
            Map.of(API_KEY, "pk", PROVIDER, "@slug")));
  }

  @ParameterizedTest
  @MethodSource("configured")
  void shouldSendExactlyWhatIsConfigured(Credentials credentials, Map<String, String> expected)
      throws Exception {
    assertThat(telling(credentials, request("gpt"))).containsExactlyEntriesOf(sorted(expected));
  }

  static Stream<Arguments> perRecord() {
    return Stream.of(
        arguments(API_KEY_ONLY, VIRTUAL_KEY, "vk-2", Map.of(API_KEY, "pk", VIRTUAL_KEY, "vk-2")),
        arguments(
            credentials("pk", "vk", null, null, null),
            VIRTUAL_KEY,
            "vk-2",
            Map.of(API_KEY, "pk", VIRTUAL_KEY, "vk-2")),
        arguments(
            credentials("pk", null, null, null, "Bearer own"),
            PROVIDER,
            "openai",
            Map.of(API_KEY, "pk", PROVIDER, "openai", AUTHORIZATION, "Bearer own")),
        arguments(
            credentials("pk", null, "openai", null, null),
            PROVIDER,
            "@slug",
            Map.of(API_KEY, "pk", PROVIDER, "@slug")),
        arguments(API_KEY_ONLY, CONFIG, "pc-two", Map.of(API_KEY, "pk", CONFIG, "pc-two")),
        arguments(
            credentials("pk", null, null, "pc-one", null),
            CONFIG,
            "pc-two",
            Map.of(API_KEY, "pk", CONFIG, "pc-two")));
  }

  @ParameterizedTest
  @MethodSource("perRecord")
  void shouldSendWhatAHeaderOfTheRecordNames(
      Credentials credentials, String name, String value, Map<String, String> expected)
      throws Exception {
    assertThat(telling(credentials, request("gpt"), RecordHeader.of(name, value)))
        .containsExactlyEntriesOf(sorted(expected));
  }

  @ParameterizedTest
  @MethodSource("perRecord")
  void shouldSendWhatAFieldOfTheRecordNames(
      Credentials credentials, String name, String value, Map<String, String> expected)
      throws Exception {
    PortkeyOptions.Builder options = PortkeyOptions.newBuilder();
    switch (name) {
      case VIRTUAL_KEY -> options.setVirtualKey(value);
      case PROVIDER -> options.setProvider(value);
      default -> options.setConfig(value);
    }
    CompletionRequest request =
        CompletionRequest.newBuilder(request("gpt")).setPortkey(options.build()).build();

    assertThat(telling(credentials, request)).containsExactlyEntriesOf(sorted(expected));
  }

  @Test
  void shouldLeaveTheIntegrationInTheModel() throws Exception {
    MisbehavingServer.Received received = received(API_KEY_ONLY, request("@slug/gpt"));

    assertThat(received.body()).contains("\"model\":\"@slug/gpt\"");
    assertThat(telling(received)).containsExactlyEntriesOf(Map.of(API_KEY, "pk"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x-portkey-api-key",
        "X-Portkey-Api-Key",
        "authorization",
        "AUTHORIZATION",
        "proxy-authorization",
        "x-portkey-custom-host",
        "X-Portkey-Custom-Host",
        "x-portkey-forward-headers"
      })
  void shouldNeverTakeCredentialsOrHostsFromARecord(String name) throws Exception {
    assertThat(telling(API_KEY_ONLY, request("gpt"), RecordHeader.of(name, "planted")))
        .containsExactlyEntriesOf(Map.of(API_KEY, "pk"));
    assertThat(
            telling(
                credentials(null, null, null, null, null),
                request("gpt"),
                RecordHeader.of(name, "planted")))
        .isEmpty();
  }

  private Map<String, String> telling(
      Credentials credentials, CompletionRequest request, RecordHeader... headers)
      throws Exception {
    return telling(received(credentials, request, headers));
  }

  private static Map<String, String> telling(MisbehavingServer.Received received) {
    Map<String, String> telling = new TreeMap<>(received.headers());
    telling.keySet().retainAll(TELLING);
    return telling;
  }

  /** The rules let everything through, so that only what is never allowed is held back. */
  private MisbehavingServer.Received received(
      Credentials credentials, CompletionRequest request, RecordHeader... headers)
      throws Exception {
    HeaderRules rules = new HeaderRules(Map.of(), TELLING, true);
    MisbehavingServer server = clients.server(Behaviours.ok());
    Settings settings = Settings.at(server.url()).credentials(credentials).headers(rules);
    Clients.attempt(clients.client(settings), call(credentials, rules, request, headers));
    return server.received();
  }

  private static CompletionCall call(
      Credentials credentials,
      HeaderRules rules,
      CompletionRequest request,
      RecordHeader... headers) {
    CallReader reader =
        new CallReader(
            (topic, bytes) -> request,
            (topic, bytes) -> request,
            new RequestValidator(Strictness.STRICT),
            TokenEstimator.bySize(1_024),
            credentials,
            rules);
    var position = new RecordPosition("completion-requests", 0, 0);
    var source = new SourceRecord(position, null, new byte[0], List.of(headers), 0, 0, 0);
    return ((Reading.Ready) reader.read(source, false)).call();
  }

  private static CompletionRequest request(String model) {
    return CompletionRequest.newBuilder()
        .setModel(model)
        .setMessages(List.of(Message.newBuilder().setRole("user").setContent("Hello").build()))
        .build();
  }

  private static Map<String, String> sorted(Map<String, String> headers) {
    return new TreeMap<>(headers);
  }

  private static Credentials credentials(
      @Nullable String apiKey,
      @Nullable String virtualKey,
      @Nullable String provider,
      @Nullable String config,
      @Nullable String authorization) {
    return new Credentials(
        secret(apiKey), secret(virtualKey), provider, secret(config), secret(authorization));
  }

  private static @Nullable Secret secret(@Nullable String value) {
    return value == null ? null : new Secret(value);
  }
}
