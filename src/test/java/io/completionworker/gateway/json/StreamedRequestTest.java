// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.Message;
import io.completionworker.avro.StreamOptions;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamedRequestTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final RequestEncoder encoder = new RequestEncoder();

  @Test
  void shouldAskForUsage() throws IOException {
    assertOptions(streamed(), "{\"include_usage\":true}");
    assertOptions(
        streamed().setStreamOptions(new StreamOptions(null, false)),
        "{\"include_obfuscation\":false,\"include_usage\":true}");
    assertOptions(
        streamed().setStreamOptions(new StreamOptions(true, null)), "{\"include_usage\":true}");
  }

  @Test
  void shouldNotAskForUsageThatNobodyWants() throws IOException {
    assertOptions(
        streamed().setStreamOptions(new StreamOptions(false, true)),
        "{\"include_usage\":false,\"include_obfuscation\":true}");
    assertOptions(
        streamed().setExtraBody("{\"stream_options\":{\"include_usage\":false,\"a\":[1]}}"),
        "{\"include_usage\":false,\"a\":[1]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"stream_options\":null}                     | {\"include_usage\":true}",
        "{\"stream_options\":{\"a\":1}}                | {\"a\":1,\"include_usage\":true}",
        "{\"stream_options\":{\"include_usage\":null}} | {\"include_usage\":true}",
        "{\"stream_options\":7}                        | 7",
        "{\"stream\":false}                            | {\"include_usage\":true}",
        "{\"stream\":null}                             | {\"include_usage\":true}"
      })
  void shouldStreamWithTheOptionsOfExtraBody(String extra, String options) throws IOException {
    assertOptions(streamed().setExtraBody(extra), options);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"stream\":true}",
        "{\"stream_options\":{\"include_usage\":true}}",
        "{\"stream\":true,\"stream_options\":{\"include_usage\":true}}"
      })
  void shouldStreamOnlyWhenTheFieldSaysSo(String extra) throws IOException {
    CompletionRequest request = plain().setExtraBody(extra).build();

    assertThat(encoder.encode(request).streamed()).isFalse();
    assertThat(JSON.readTree(encoder.encode(request).bytes()).fieldNames())
        .toIterable()
        .containsExactly("model", "messages");
  }

  @Test
  void shouldSayHowManyChoicesAreAskedFor() {
    assertThat(encoder.encode(plain().build()).choices()).isEqualTo(1);
    assertThat(encoder.encode(plain().setN(3).build()).choices()).isEqualTo(3);
    assertThat(encoder.encode(plain().setN(3).setExtraBody("{\"n\":2}").build()).choices())
        .isEqualTo(2);
    assertThat(encoder.encode(plain().setExtraBody("{\"n\":\"x\"}").build()).choices())
        .isEqualTo(1);
  }

  private void assertOptions(CompletionRequest.Builder request, String options) throws IOException {
    RequestEncoder.Body body = encoder.encode(request.build());
    JsonNode sent = JSON.readTree(body.bytes());

    assertThat(body.streamed()).isTrue();
    assertThat(sent.path("stream").isBoolean() && sent.path("stream").booleanValue()).isTrue();
    assertThat(sent.path("stream_options")).isEqualTo(JSON.readTree(options));
  }

  private static CompletionRequest.Builder streamed() {
    return plain().setStream(true);
  }

  private static CompletionRequest.Builder plain() {
    return CompletionRequest.newBuilder()
        .setModel("m")
        .setMessages(List.of(Message.newBuilder().setRole("user").setContent("Hi").build()));
  }
}
