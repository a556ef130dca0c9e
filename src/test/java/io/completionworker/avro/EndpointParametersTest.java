// SPDX-License-Identifier: Apache-2.0
package io.completionworker.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Test;

/** Everything that the endpoint's reference page takes can be said in a request record. */
class EndpointParametersTest {

  /** Body parameters of the page in its order; the last two are deprecated. */
  private static final List<String> BODY =
      List.of(
          "messages",
          "model",
          "frequency_penalty",
          "logit_bias",
          "logprobs",
          "top_logprobs",
          "max_tokens",
          "n",
          "presence_penalty",
          "response_format",
          "seed",
          "stop",
          "stream",
          "stream_options",
          "temperature",
          "top_p",
          "tools",
          "tool_choice",
          "parallel_tool_calls",
          "user",
          "function_call",
          "functions");

  /** What the API has grown since, and the way to send what it will grow. */
  private static final List<String> NEWER_BODY =
      List.of(
          "max_completion_tokens",
          "reasoning_effort",
          "service_tier",
          "modalities",
          "prediction",
          "store",
          "metadata",
          "verbosity",
          "extra_body");

  /** Headers of the page; the one that is missing here is the worker's own credential. */
  private static final List<String> HEADERS =
      List.of(
          "x-portkey-virtual-key",
          "x-portkey-trace-id",
          "x-portkey-span-id",
          "x-portkey-parent-span-id",
          "x-portkey-span-name",
          "x-portkey-metadata",
          "x-portkey-cache-namespace",
          "x-portkey-cache-force-refresh");

  /** Headers that choose where the gateway sends a call. */
  private static final List<String> NEWER_HEADERS =
      List.of("x-portkey-provider", "x-portkey-config");

  @Test
  void shouldHaveAFieldForEveryBodyParameter() {
    assertFields(CompletionRequest.SCHEMA$, BODY);
    assertFields(CompletionRequest.SCHEMA$, NEWER_BODY);
  }

  @Test
  void shouldHaveAFieldForEveryHeader() {
    assertFields(PortkeyOptions.SCHEMA$, fields(HEADERS));
    assertFields(PortkeyOptions.SCHEMA$, fields(NEWER_HEADERS));
    assertThat(CompletionRequest.SCHEMA$.getField("portkey").schema().getTypes())
        .contains(PortkeyOptions.SCHEMA$);
  }

  @Test
  void shouldNotTakeTheWorkersOwnCredentialFromARecord() {
    assertThat(PortkeyOptions.SCHEMA$.getField("api_key")).isNull();
  }

  @Test
  void shouldNoticeAMissingField() {
    Schema small = SchemaBuilder.record("Small").fields().requiredString("model").endRecord();

    assertThatThrownBy(() -> assertFields(small, BODY))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("top_logprobs");
  }

  private static void assertFields(Schema record, List<String> names) {
    assertThat(record.getFields()).extracting(Schema.Field::name).containsAll(names);
  }

  private static List<String> fields(List<String> headers) {
    return headers.stream().map(h -> h.substring("x-portkey-".length()).replace('-', '_')).toList();
  }
}
