// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.FailureReason;
import io.completionworker.avro.ImageUrl;
import io.completionworker.avro.Message;
import io.completionworker.avro.Violation;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonSerdeTest {

  private static final String SECRET = "my-prompt";

  @Test
  void shouldWriteARecordAsPeopleWriteJson() {
    CompletionRequest request =
        CompletionRequest.newBuilder()
            .setModel("m")
            .setMessages(List.of(Message.newBuilder().setRole("user").setContent("hi").build()))
            .setLogitBias(Map.of("50256", -100.0))
            .setSeed(7L)
            .build();

    assertThat(text(new JsonSerde<>(CompletionRequest.class), request))
        .isEqualTo(
            "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"model\":\"m\","
                + "\"logit_bias\":{\"50256\":-100.0},\"seed\":7}");
  }

  @Test
  void shouldTakeDefaultsForWhatIsAbsentOrNull() {
    Prices read = read("{\"at\":0,\"count\":null}");

    assertThat(read.get(0)).isEqualTo(Instant.EPOCH);
    assertThat(read.get(1)).isNull();
    assertThat(read.get(2)).isEqualTo(5);
    assertThat(read.get(3)).isEqualTo(FailureReason.UNKNOWN);
  }

  @ParameterizedTest
  @CsvSource({
    "1700000000123, 2023-11-14T22:13:20.123Z",
    "'\"2023-11-14T22:13:20.123Z\"', 2023-11-14T22:13:20.123Z",
    "-1, 1969-12-31T23:59:59.999Z"
  })
  void shouldTakeATimeAsMillisecondsOrAsText(String json, Instant time) {
    assertThat(read("{\"at\":" + json + "}").get(0)).isEqualTo(time);
    assertThat(text(new JsonSerde<>(Prices.class), read("{\"at\":" + json + "}")))
        .contains("\"at\":" + time.toEpochMilli() + ",");
  }

  @ParameterizedTest
  @CsvSource({"0.0000000001", "9999999999.9999999999", "-1.5", "1e3", "0", "0e99999", "2.50"})
  void shouldKeepEveryDigitOfADecimal(String number) {
    BigDecimal exact = new BigDecimal(number).setScale(10, java.math.RoundingMode.UNNECESSARY);

    assertThat(read("{\"at\":0,\"cost\":" + number + "}").get(1)).isEqualTo(exact);
    assertThat(read("{\"at\":0,\"cost\":\"" + number + "\"}").get(1)).isEqualTo(exact);
    assertThat(text(new JsonSerde<>(Prices.class), read("{\"at\":0,\"cost\":" + number + "}")))
        .contains("\"cost\":\"" + exact.toPlainString() + "\"");
  }

  @Test
  void shouldReadASymbolOfALaterVersionAsTheDefault() {
    assertThat(read("{\"at\":0,\"source\":\"GUESSED\"}").get(3)).isEqualTo(FailureReason.UNKNOWN);
    assertThat(read("{\"at\":0,\"of_a_later_version\":{\"a\":[{}]}}").get(2)).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]                              | the value is not an object",
        "''                              | the value is not an object",
        "null                            | the value is null",
        "{}                              | at is missing",
        "{\"at\":\"soon\"}               | at is neither a number of milliseconds nor an ISO-8601 time",
        "{\"at\":1.5}                    | at is not a whole number",
        "{\"at\":99999999999999999999}   | at has more than 64 bits",
        "{\"at\":0,\"count\":2147483648} | count has more than 32 bits",
        "{\"at\":0,\"count\":\"2\"}      | count is not a whole number",
        "{\"at\":0,\"cost\":1e99999}     | cost has more digits than 20",
        "{\"at\":0,\"cost\":1e-99999}    | cost has more than 10 digits behind the point",
        "{\"at\":0,\"cost\":\"many\"}    | cost is not a decimal number",
        "{\"at\":0,\"cost\":[]}          | cost is not a decimal number",
        "{\"at\":NaN}                    | at is not valid JSON",
        "{\"at\":0}{}                    | the value is not valid JSON: there is more behind its end",
        "{\"at\":0                       | at is not valid JSON: it ends too early",
        "{\"at\":0,\"at\":1}             | at is not valid JSON: a member occurs twice",
        "{'at':0}                        | the value is not valid JSON"
      })
  void shouldNameThePathOfWhatDoesNotFit(String json, String fault) {
    assertThatThrownBy(() -> read(json.replace("''", "'")))
        .isInstanceOf(SerializationException.class)
        .hasMessage("Cannot read a record of topic t: " + fault);
  }

  @Test
  void shouldNameAPathInsideArraysAndUnions() {
    JsonSerde<CompletionRequest> serde = new JsonSerde<>(CompletionRequest.class);
    String parts = "{\"model\":\"m\",\"messages\":[{\"role\":\"a\",\"content\":%s}]}";

    assertThatThrownBy(
            () -> serde.deserialize("t", parts.formatted("[{\"type\":\"t\"},{}]").getBytes(UTF_8)))
        .hasMessageEndingWith(": messages[0].content[1].type is missing");
    assertThatThrownBy(() -> serde.deserialize("t", parts.formatted("7").getBytes(UTF_8)))
        .hasMessageEndingWith(": messages[0].content is of no kind that this field may have");
  }

  @ParameterizedTest
  @ValueSource(ints = {0x80, 0xc0, 0xed, 0xff})
  void shouldRefuseWhatIsNotUtf8(int odd) {
    byte[] json = "{\"url\":\"??????\"}".getBytes(UTF_8);
    json[10] = (byte) odd;

    assertThatThrownBy(() -> new JsonSerde<>(ImageUrl.class).deserialize("t", json))
        .hasMessageEndingWith(": the value is not UTF-8");
  }

  @Test
  void shouldRefuseNestingThatExhaustsAStack() {
    String deep = "{\"url\":\"u\",\"x\":" + "[".repeat(100_000);

    assertThatThrownBy(() -> new JsonSerde<>(ImageUrl.class).deserialize("t", deep.getBytes(UTF_8)))
        .hasMessageEndingWith(" is nested deeper than 200");
  }

  @Test
  void shouldReadAMarkAtTheBeginningAndAReplacementCharacterInside() {
    byte[] json = "\ufeff{\"url\":\"\ufffd\"}".getBytes(UTF_8);

    assertThat(new JsonSerde<>(ImageUrl.class).deserialize("t", json))
        .isEqualTo(new ImageUrl("\ufffd", null));
  }

  /** An answer is paid for, so whatever the endpoint sent must not keep it from its topic. */
  @Test
  void shouldWriteHalfASurrogatePairAsAnEscape() {
    JsonSerde<ImageUrl> serde = new JsonSerde<>(ImageUrl.class);
    ImageUrl half = new ImageUrl("\u00e9 \ud83d!", null);

    byte[] bytes = serde.serialize("t", half);

    assertThat(new String(bytes, UTF_8)).contains("\\uD83D");
    assertThat(serde.deserialize("t", bytes)).isEqualTo(half);
  }

  @Test
  void shouldQuoteNoValueInAnyMessage() {
    JsonSerde<Violation> serde = new JsonSerde<>(Violation.class);
    for (String json :
        List.of(
            "{\"field\":\"" + SECRET + "\",\"message\":" + SECRET + "}",
            "{\"field\":[\"" + SECRET + "\"],\"message\":\"\"}",
            SECRET,
            "{\"field\":\"" + SECRET)) {
      assertThatThrownBy(() -> serde.deserialize("t", json.getBytes(UTF_8)))
          .isInstanceOf(SerializationException.class)
          .hasMessageNotContaining(SECRET)
          .hasNoCause();
    }
    assertThatThrownBy(() -> serde.serialize("t", new Broken(SECRET)))
        .isInstanceOf(SerializationException.class)
        .hasMessageNotContaining(SECRET)
        .hasNoCause();
  }

  @Test
  void shouldPassTombstonesOn() {
    JsonSerde<ImageUrl> serde = new JsonSerde<>(ImageUrl.class);

    assertThat(serde.serialize("t", null)).isNull();
    assertThat(serde.deserialize("t", null)).isNull();
  }

  private static Prices read(String json) {
    return java.util.Objects.requireNonNull(
        new JsonSerde<>(Prices.class).deserialize("t", json.getBytes(UTF_8)));
  }

  private static <T extends org.apache.avro.specific.SpecificRecord> String text(
      JsonSerde<T> serde, T value) {
    return new String(serde.serialize("t", value), UTF_8);
  }

  /** A record that cannot be written. */
  private static final class Broken extends Violation {

    private final String text;

    Broken(String text) {
      this.text = text;
    }

    @Override
    public Object get(int field) {
      throw new IllegalStateException(text);
    }
  }
}
