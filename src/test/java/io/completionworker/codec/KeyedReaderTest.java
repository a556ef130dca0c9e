// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.Message;
import io.completionworker.avro.PortkeyOptions;
import io.completionworker.completion.CompletionCall.CacheKey;
import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.completion.port.RequestReader.Reading;
import io.completionworker.config.CacheConfig.Scope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Which requests ask for the same. */
class KeyedReaderTest {

  @Test
  void shouldIgnoreWhoAsks() {
    CacheKey first = key(request -> request.setRequestId("r-1").setUser("u-1"));
    CacheKey second =
        key(
            request ->
                request
                    .setRequestId("r-2")
                    .setUser("u-2")
                    .setDeadlineMs(1_000L)
                    .setMetadata(Map.of("team", "a"))
                    .setPortkey(
                        PortkeyOptions.newBuilder()
                            .setMetadata(Map.of("team", "b"))
                            .setTraceId("t-1")
                            .build()));
    assertThat(second).isEqualTo(first);
    assertThat(first.refresh()).isFalse();
  }

  @Test
  void shouldIgnoreTheOrderOfAMap() {
    Map<String, Double> one = new LinkedHashMap<>();
    Map<String, Double> other = new LinkedHashMap<>();
    for (int i = 0; i < 40; i++) {
      one.put("" + i, 1.0);
      other.put("" + (39 - i), 1.0);
    }
    assertThat(key(request -> request.setLogitBias(one)))
        .isEqualTo(key(request -> request.setLogitBias(other)));
  }

  @Test
  void shouldTellApartWhatIsAsked() {
    List<CacheKey> keys =
        List.of(
            key(request -> {}),
            key(request -> request.setModel("gpt-4o")),
            key(request -> request.setTemperature(0.5)),
            key(request -> request.setSeed(1L)),
            key(request -> request.setStream(true)),
            key(request -> request.setMaxTokens(5)),
            key(request -> request.setMessages(List.of(message("Hello?")))));
    assertThat(keys).doesNotHaveDuplicates();
  }

  @Test
  void shouldTellNamespacesAndOtherOptionsOfTheGatewayApart() {
    assertThat(
            List.of(
                header("x-portkey-provider", "openai"),
                header("x-portkey-provider", "groq"),
                header("x-portkey-cache-namespace", "a"),
                header("x-portkey-cache-namespace", "b"),
                header("x-portkey-config", "pc-1")))
        .doesNotHaveDuplicates();
    assertThat(
            key(
                request ->
                    request.setPortkey(PortkeyOptions.newBuilder().setCacheNamespace("a").build())))
        .as("the field is the header")
        .isEqualTo(header("x-portkey-cache-namespace", "a"));
  }

  @Test
  void shouldTellMetadataApartUnderAConfigWhichMayChooseByThem() {
    RecordHeader config = RecordHeader.of("x-portkey-config", "pc-1");
    CompletionRequest a = gatewayMetadata("a");
    CompletionRequest b = gatewayMetadata("b");
    assertThat(read(Scope.CREDENTIAL, a, config))
        .as("a config of the record")
        .isNotEqualTo(read(Scope.CREDENTIAL, b, config))
        .isEqualTo(read(Scope.CREDENTIAL, gatewayMetadata("a"), config));
    assertThat(read(Scope.CREDENTIAL, a, true))
        .as("gateway.config")
        .isNotEqualTo(read(Scope.CREDENTIAL, b, true));
    assertThat(read(Scope.CREDENTIAL, bodyMetadata("a"), true))
        .as("metadata of the body")
        .isNotEqualTo(read(Scope.CREDENTIAL, bodyMetadata("b"), true));
    assertThat(read(Scope.CREDENTIAL, a)).as("none").isEqualTo(read(Scope.CREDENTIAL, b));
  }

  private static CompletionRequest gatewayMetadata(String team) {
    PortkeyOptions options = PortkeyOptions.newBuilder().setMetadata(Map.of("team", team)).build();
    return CompletionRequest.newBuilder(sample()).setPortkey(options).build();
  }

  private static CompletionRequest bodyMetadata(String team) {
    return CompletionRequest.newBuilder(sample()).setMetadata(Map.of("team", team)).build();
  }

  @Test
  void shouldSeeThatAnAnswerIsToBeRenewed() {
    CacheKey renewed = header("x-portkey-cache-force-refresh", "true");
    assertThat(renewed.refresh()).isTrue();
    assertThat(renewed.hash()).isEqualTo(key(request -> {}).hash());
    assertThat(header("x-portkey-cache-force-refresh", "false").refresh()).isFalse();
  }

  @Test
  void shouldTellVirtualKeysApartUnlessAsked() {
    assertThat(header("x-portkey-virtual-key", "vk-1"))
        .isNotEqualTo(header("x-portkey-virtual-key", "vk-2"));
    assertThat(read(Scope.ALL, sample(), RecordHeader.of("x-portkey-virtual-key", "vk-1")))
        .isEqualTo(read(Scope.ALL, sample(), RecordHeader.of("x-portkey-virtual-key", "vk-2")));
  }

  private static CacheKey header(String name, String value) {
    return read(Scope.CREDENTIAL, sample(), RecordHeader.of(name, value));
  }

  private static CacheKey key(Consumer<CompletionRequest.Builder> change) {
    CompletionRequest.Builder request = CompletionRequest.newBuilder(sample());
    change.accept(request);
    return read(Scope.CREDENTIAL, request.build());
  }

  private static CacheKey read(Scope scope, CompletionRequest request, RecordHeader... headers) {
    return read(scope, request, false, headers);
  }

  private static CacheKey read(
      Scope scope, CompletionRequest request, boolean configured, RecordHeader... headers) {
    Reading reading =
        new KeyedReader(Fixtures.reader(Fixtures.RULES), scope, configured)
            .read(Fixtures.source(request, headers), false);
    return Objects.requireNonNull(((Reading.Ready) reading).call().cacheKey());
  }

  private static CompletionRequest sample() {
    return CompletionRequest.newBuilder()
        .setModel("gpt-4o-mini")
        .setMessages(List.of(message("Hello!")))
        .build();
  }

  private static Message message(String text) {
    return Message.newBuilder().setRole("user").setContent(text).build();
  }
}
