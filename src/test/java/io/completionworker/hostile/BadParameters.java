// SPDX-License-Identifier: Apache-2.0
package io.completionworker.hostile;

import static io.completionworker.hostile.RecordCase.invalid;
import static io.completionworker.hostile.SampleRequests.nested;

import io.completionworker.avro.AudioOutput;
import io.completionworker.avro.JsonSchemaFormat;
import io.completionworker.avro.Prediction;
import io.completionworker.avro.ResponseFormat;
import io.completionworker.avro.StreamOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Parameters beyond their bounds: every one a failure that names the field. */
final class BadParameters {

  private BadParameters() {}

  static Stream<RecordCase> all() {
    return Stream.of(fractions(), wholes(), texts(), bias(), output(), extra(), metadata())
        .flatMap(cases -> cases);
  }

  private static Stream<RecordCase> fractions() {
    double[] odd = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e308, -1e308};
    Stream<RecordCase> penalties =
        DoubleStream.concat(DoubleStream.of(-2.001, 2.001), DoubleStream.of(odd))
            .boxed()
            .flatMap(
                at ->
                    Stream.of(
                        invalid(
                            "frequency_penalty " + at,
                            "frequency_penalty",
                            request -> request.setFrequencyPenalty(at)),
                        invalid(
                            "presence_penalty " + at,
                            "presence_penalty",
                            request -> request.setPresencePenalty(at))));
    Stream<RecordCase> temperatures =
        DoubleStream.concat(DoubleStream.of(-0.001, 2.001), DoubleStream.of(odd))
            .mapToObj(
                at ->
                    invalid(
                        "temperature " + at, "temperature", request -> request.setTemperature(at)));
    Stream<RecordCase> nuclei =
        DoubleStream.concat(DoubleStream.of(-0.001, 1.001), DoubleStream.of(odd))
            .mapToObj(at -> invalid("top_p " + at, "top_p", request -> request.setTopP(at)));
    return Stream.of(penalties, temperatures, nuclei).flatMap(cases -> cases);
  }

  private static Stream<RecordCase> wholes() {
    Stream<RecordCase> counts =
        IntStream.of(0, -1, 129, Integer.MAX_VALUE, Integer.MIN_VALUE)
            .mapToObj(at -> invalid("n " + at, "n", request -> request.setN(at)));
    Stream<RecordCase> limits =
        IntStream.of(0, -1, Integer.MIN_VALUE)
            .boxed()
            .flatMap(
                at ->
                    Stream.of(
                        invalid(
                            "max_tokens " + at, "max_tokens", request -> request.setMaxTokens(at)),
                        invalid(
                            "max_completion_tokens " + at,
                            "max_completion_tokens",
                            request -> request.setMaxCompletionTokens(at))));
    Stream<RecordCase> logprobs =
        IntStream.of(-1, 21, Integer.MAX_VALUE)
            .mapToObj(
                at ->
                    invalid(
                        "top_logprobs " + at,
                        "top_logprobs",
                        request -> request.setLogprobs(true).setTopLogprobs(at)));
    Stream<RecordCase> deadlines =
        LongStream.of(0, -1, Long.MIN_VALUE)
            .mapToObj(
                at ->
                    invalid(
                        "deadline_ms " + at, "deadline_ms", request -> request.setDeadlineMs(at)));
    return Stream.of(counts, limits, logprobs, deadlines).flatMap(cases -> cases);
  }

  private static Stream<RecordCase> texts() {
    return Stream.of(
        invalid("no model", "model", request -> request.setModel("")),
        invalid("white space for a model", "model", request -> request.setModel(" \t\r\n")),
        invalid("a model of a megabyte", "model", request -> request.setModel("m".repeat(500_000))),
        invalid("an id of 2 000 characters", "request_id", r -> r.setRequestId("i".repeat(2000))),
        invalid("no stop sequences", "stop", request -> request.setStop(List.of())),
        invalid("five stop sequences", "stop", r -> r.setStop(List.of("1", "2", "3", "4", "5"))),
        invalid("an empty stop sequence", "stop[0]", request -> request.setStop(List.of(""))),
        invalid(
            "both token limits",
            "max_tokens",
            request -> request.setMaxTokens(1).setMaxCompletionTokens(1)),
        invalid(
            "top_logprobs without logprobs", "top_logprobs", request -> request.setTopLogprobs(2)));
  }

  private static Stream<RecordCase> bias() {
    return Stream.of(
        bias("logit_bias of NaN", "logit_bias", "5", Double.NaN),
        bias("logit_bias without end", "logit_bias", "5", Double.POSITIVE_INFINITY),
        bias("logit_bias above", "logit_bias.5", "5", 100.001),
        bias("logit_bias below", "logit_bias.5", "5", -100.001),
        bias("logit_bias of a word", "logit_bias", "hello", 1),
        bias("logit_bias of nothing", "logit_bias", "", 1),
        bias("logit_bias of Arabic digits", "logit_bias", "\u0661", 1),
        bias("logit_bias of a line break", "logit_bias", "1\r\n2", 1));
  }

  private static RecordCase bias(String name, String field, String token, double value) {
    return invalid(name, field, request -> request.setLogitBias(Map.of(token, value)));
  }

  private static Stream<RecordCase> output() {
    return Stream.of(
        format("unknown response_format", "response_format.type", "xml", null),
        format("json_schema without one", "response_format.json_schema", "json_schema", null),
        format("schema for plain text", "response_format.json_schema", "text", "{}"),
        format(
            "schema that is cut", "response_format.json_schema.schema", "json_schema", "{\"a\":"),
        format(
            "schema nested 10 000 deep",
            "response_format.json_schema.schema",
            "json_schema",
            nested(10_000)),
        invalid(
            "stream_options without a stream",
            "stream_options",
            request ->
                request.setStreamOptions(StreamOptions.newBuilder().setIncludeUsage(true).build())),
        invalid("no modality", "modalities", request -> request.setModalities(List.of())),
        invalid("smell", "modalities[1]", r -> r.setModalities(List.of("text", "smell"))),
        invalid("audio without settings", "audio", r -> r.setModalities(List.of("audio"))),
        invalid(
            "audio that nobody asked for",
            "audio",
            request -> request.setAudio(new AudioOutput("alloy", "wav"))),
        invalid(
            "audio format that is none",
            "audio.format",
            request ->
                request
                    .setModalities(List.of("audio"))
                    .setAudio(new AudioOutput("alloy", "../../etc/passwd"))),
        invalid(
            "unknown prediction",
            "prediction.type",
            request -> request.setPrediction(new Prediction("fate", "text"))));
  }

  private static RecordCase format(
      String name, String field, String type, @Nullable String schema) {
    JsonSchemaFormat json =
        schema == null
            ? null
            : JsonSchemaFormat.newBuilder().setName("s").setSchema$(schema).build();
    return invalid(
        name,
        field,
        request ->
            request.setResponseFormat(
                ResponseFormat.newBuilder().setType(type).setJsonSchema(json).build()));
  }

  private static Stream<RecordCase> extra() {
    return Stream.of(
        extra("extra_body that is empty", "extra_body", ""),
        extra("extra_body of an array", "extra_body", "[]"),
        extra("extra_body that is cut", "extra_body", "{\"a\":1"),
        extra("extra_body with a second value", "extra_body", "{} {}"),
        extra("extra_body that closes the body", "extra_body", "{}},\"model\":\"x\"{"),
        extra("extra_body of NaN", "extra_body", "{\"a\":NaN}"),
        extra("extra_body with a comment", "extra_body", "{/* */\"a\":1}"),
        extra("extra_body with single quotes", "extra_body", "{'a':1}"),
        extra("extra_body with a byte order mark", "extra_body", "\ufeff{}"),
        extra("extra_body with a raw line break", "extra_body", "{\"a\":\"\n\"}"),
        extra("extra_body nested 501 deep", "extra_body", nested(501)),
        extra("extra_body nested 10 000 deep", "extra_body", nested(10_000)),
        extra("extra_body of 100 000 brackets", "extra_body", "[".repeat(100_000)),
        extra("number of 10 000 digits", "extra_body", "{\"a\":" + "9".repeat(10_000) + "}"),
        extra("name of 20 000 letters", "extra_body", "{\"" + "a".repeat(20_000) + "\":1}"),
        extra("another model by extra_body", "extra_body.model", "{\"model\":\"x\"}"),
        extra("a stream by extra_body", "extra_body.stream", "{\"stream\":true}"),
        extra("other messages by extra_body", "extra_body.messages", "{\"messages\":[]}"),
        extra("another model, escaped", "extra_body.model", "{\"\\u006dodel\":\"x\"}"),
        extra("another model, second", "extra_body.model", "{\"a\":1,\"model\":1}"));
  }

  private static RecordCase extra(String name, String field, String json) {
    return invalid(name, field, request -> request.setExtraBody(json));
  }

  private static Stream<RecordCase> metadata() {
    Map<String, String> flood = new HashMap<>();
    IntStream.range(0, 10_000).forEach(i -> flood.put("key-" + i, "value-" + i));
    return Stream.of(
        invalid("metadata flood", "metadata", request -> request.setMetadata(flood)),
        invalid(
            "metadata with a long name",
            "metadata.'" + "k".repeat(40) + "...'",
            request -> request.setMetadata(Map.of("k".repeat(65), "v"))),
        invalid(
            "metadata with a long value",
            "metadata.'k'",
            request -> request.setMetadata(Map.of("k", "v".repeat(513)))),
        invalid(
            "gateway metadata flood",
            "portkey.metadata",
            request -> request.setPortkey(SampleRequests.portkey().setMetadata(flood).build())));
  }
}
