// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec.headers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.completionworker.avro.PortkeyOptions;
import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.config.GatewayConfig.HeaderRules;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayHeadersTest {

  private static final PortkeyOptions NOTHING = PortkeyOptions.newBuilder().build();

  private static GatewayHeaders.Found read(PortkeyOptions options, RecordHeader... headers) {
    return read(false, Set.of(), options, headers);
  }

  private static GatewayHeaders.Found read(
      boolean inline, Set<String> forwarded, PortkeyOptions options, RecordHeader... headers) {
    return new GatewayHeaders(new HeaderRules(Map.of(), forwarded, inline))
        .read(Sources.with(headers), options);
  }

  private static PortkeyOptions all() {
    return PortkeyOptions.newBuilder()
        .setTraceId("v-trace")
        .setSpanId("v-span")
        .setParentSpanId("v-parent")
        .setSpanName("v-name")
        .setCacheNamespace("v-space")
        .setVirtualKey("v-key")
        .setProvider("v-provider")
        .setConfig("pc-value")
        .setMetadata(Map.of("from", "value"))
        .setCacheForceRefresh(true)
        .build();
  }

  @Test
  void shouldNotTellTheEndpointOfARedrive() {
    RecordHeader count = RecordHeader.of("redrive_count", "2");
    RecordHeader source = RecordHeader.of("redrive_source", "completion-failures-0-7");

    assertThat(read(NOTHING, count, source).values()).isEmpty();
    assertThat(read(false, Set.of("redrive_count"), NOTHING, count).values())
        .containsOnly(entry("redrive_count", "2"));
  }

  @Test
  void shouldTakeTheFieldsOfTheValue() {
    assertThat(read(all()).values())
        .containsOnly(
            entry("x-portkey-trace-id", "v-trace"),
            entry("x-portkey-span-id", "v-span"),
            entry("x-portkey-parent-span-id", "v-parent"),
            entry("x-portkey-span-name", "v-name"),
            entry("x-portkey-cache-namespace", "v-space"),
            entry("x-portkey-virtual-key", "v-key"),
            entry("x-portkey-provider", "v-provider"),
            entry("x-portkey-config", "pc-value"),
            entry("x-portkey-metadata", "{\"from\":\"value\"}"),
            entry("x-portkey-cache-force-refresh", "true"));
  }

  @ParameterizedTest
  @CsvSource({
    "x-portkey-trace-id,h",
    "X-Portkey-Span-Id,h",
    "x-portkey-parent-span-id,h",
    "x-portkey-span-name,h",
    "X-PORTKEY-CACHE-NAMESPACE,h",
    "x-portkey-virtual-key,h",
    "x-portkey-provider,h",
    "x-portkey-config,pc-header",
    "x-portkey-metadata,'{\"from\":\"header\"}'"
  })
  void shouldLetARecordHeaderWinOverTheField(String name, String value) {
    GatewayHeaders.Found found = read(all(), RecordHeader.of(name, value));

    assertThat(found.violations()).isEmpty();
    assertThat(found.values()).containsEntry(name.toLowerCase(java.util.Locale.ROOT), value);
  }

  @Test
  void shouldLetTheLastHeaderOfANameWin() {
    assertThat(
            read(
                    NOTHING,
                    RecordHeader.of("x-portkey-provider", "first"),
                    RecordHeader.of("X-Portkey-Provider", "last"))
                .values())
        .containsOnly(entry("x-portkey-provider", "last"));
  }

  @Test
  void shouldTakeAHeaderWithoutAValueForAbsent() {
    GatewayHeaders.Found found =
        read(
            all(),
            new RecordHeader("x-portkey-provider", null),
            RecordHeader.of("x-portkey-virtual-key", "  "));

    assertThat(found.violations()).isEmpty();
    assertThat(found.values())
        .containsEntry("x-portkey-provider", "v-provider")
        .containsEntry("x-portkey-virtual-key", "v-key");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a\rb", "a\nb", "a\r\n", "a\tb", "a\u0000", "\u007f", "a\u0085", "\u4e2d"})
  void shouldRefuseWhatNoHeaderMayCarry(String value) {
    GatewayHeaders.Found byHeader = read(NOTHING, RecordHeader.of("X-Portkey-Span-Name", value));
    GatewayHeaders.Found byField = read(PortkeyOptions.newBuilder().setSpanName(value).build());

    assertThat(byHeader.violations()).extracting("field").containsExactly("x-portkey-span-name");
    assertThat(byField.violations()).extracting("field").containsExactly("portkey.span_name");
    assertThat(byHeader.values()).isEmpty();
  }

  @Test
  void shouldTakeLatin1AndRefuseBytesThatAreNotUtf8() {
    assertThat(read(NOTHING, RecordHeader.of("x-portkey-span-name", "d\u00e9j\u00e0")).values())
        .containsEntry("x-portkey-span-name", "d\u00e9j\u00e0");
    byte[] latin1 = "d\u00e9j\u00e0".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(read(NOTHING, new RecordHeader("x-portkey-span-name", latin1)).violations())
        .extracting("field")
        .containsExactly("x-portkey-span-name");
  }

  @Test
  void shouldBoundTheLengthOfAValue() {
    assertThat(read(NOTHING, RecordHeader.of("baggage", "b".repeat(8192))).violations()).isEmpty();
    assertThat(read(NOTHING, RecordHeader.of("baggage", "b".repeat(8193))).violations()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"true,true", "TRUE,true", "false,false", "' false ',false"})
  void shouldSendTheForcedRefreshOnlyWhenTrue(String value, boolean sent) {
    PortkeyOptions opposite = PortkeyOptions.newBuilder().setCacheForceRefresh(!sent).build();

    GatewayHeaders.Found found =
        read(opposite, RecordHeader.of("x-portkey-cache-force-refresh", value));

    assertThat(found.violations()).isEmpty();
    assertThat(found.values().containsKey("x-portkey-cache-force-refresh")).isEqualTo(sent);
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "1", "truee", "null"})
  void shouldRefuseAForcedRefreshThatIsNeitherTrueNorFalse(String value) {
    assertThat(read(NOTHING, RecordHeader.of("x-portkey-cache-force-refresh", value)).violations())
        .extracting("field")
        .containsExactly("x-portkey-cache-force-refresh");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pc-a", "pc-Router_1.2-x", "pc-a@3"})
  void shouldTakeIdsOfSavedConfigs(String config) {
    assertThat(read(NOTHING, RecordHeader.of("x-portkey-config", config)).values())
        .containsEntry("x-portkey-config", config);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"retry\":{}}", "pc-/", "pc-a b", "my-config", "pc-{\"a\":1}"})
  void shouldRefuseOtherConfigsAndNotShowThem(String config) {
    GatewayHeaders.Found found = read(NOTHING, RecordHeader.of("x-portkey-config", config));

    assertThat(found.values()).isEmpty();
    assertThat(found.violations()).extracting("field").containsExactly("x-portkey-config");
    assertThat(found.violations().toString()).doesNotContain(config);
  }

  /** At accept, where inline configs are refused; the record may be read by another instance. */
  @ParameterizedTest
  @ValueSource(strings = {"{\"retry\":{}}", "pc-/", "my-config", "\ud83d\ude80"})
  void shouldRefuseInTheSameWordsWhatWasLeftOutOfAConfig(String config) {
    RecordHeader header = RecordHeader.of("X-Portkey-Config", config);
    RecordHeader stored = header.withoutKeys();

    assertThat(read(NOTHING, stored)).isEqualTo(read(NOTHING, header));
    assertThat(read(true, Set.of(), NOTHING, stored).values()).isEmpty();
    assertThat(read(true, Set.of(), NOTHING, stored).violations())
        .extracting("field")
        .containsExactly("x-portkey-config");
  }

  @Test
  void shouldRefuseInTheSameWordsBytesOfAConfigThatWereNoText() {
    RecordHeader header = new RecordHeader("x-portkey-config", new byte[] {'{', (byte) 0xe9, '}'});

    assertThat(read(NOTHING, header.withoutKeys())).isEqualTo(read(NOTHING, header));
  }

  @Test
  void shouldTakeInlineConfigsWhereTheyAreAllowedOnOneLineOfAscii() {
    PortkeyOptions options =
        PortkeyOptions.newBuilder()
            .setConfig("{\r\n\t\"name\": \"d\u00e9j\u00e0 \u4e2d\"\n}")
            .build();

    assertThat(read(true, Set.of(), options).values().get("x-portkey-config"))
        .isEqualTo("{   \"name\": \"d\\u00e9j\\u00e0 \\u4e2d\" }");
    assertThat(
            read(true, Set.of(), PortkeyOptions.newBuilder().setConfig("{oops").build())
                .violations())
        .hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"oops", "[\"a\"]", "\"a\"", "{\"a\":{}}", "{\"a\":[1]}", "{\"a\":\"x\ny\"}"})
  void shouldRefuseAMetadataHeaderThatIsNotAnObjectOfStrings(String json) {
    assertThat(read(NOTHING, RecordHeader.of("x-portkey-metadata", json)).violations())
        .extracting("field")
        .containsExactly("x-portkey-metadata");
  }

  @Test
  void shouldSendNoMetadataWhenThereIsNone() {
    assertThat(read(PortkeyOptions.newBuilder().setMetadata(Map.of()).build()).values()).isEmpty();
    assertThat(read(all(), RecordHeader.of("x-portkey-metadata", "{}")).values())
        .doesNotContainKey("x-portkey-metadata");
  }

  @Test
  void shouldForwardOnlyWhatTheSettingsNameAndNeverAForbiddenOne() {
    GatewayHeaders.Found found =
        read(
            false,
            Set.of("x-tenant", "authorization", "x-portkey-api-key", "traceparent"),
            NOTHING,
            RecordHeader.of("X-Tenant", "acme"),
            RecordHeader.of("X-Other", "no"),
            RecordHeader.of("Authorization", "Bearer secret"),
            RecordHeader.of("x-portkey-api-key", "secret"),
            RecordHeader.of("traceparent", "rubbish"));

    assertThat(found.values()).containsOnly(entry("x-tenant", "acme"));
    assertThat(found.violations()).isEmpty();
  }

  @Test
  void shouldCheckForwardedHeadersToo() {
    assertThat(
            read(false, Set.of("x-tenant"), NOTHING, RecordHeader.of("X-Tenant", "a\nb"))
                .violations())
        .extracting("field")
        .containsExactly("x-tenant");
  }
}
