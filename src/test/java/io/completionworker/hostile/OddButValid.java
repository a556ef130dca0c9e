// SPDX-License-Identifier: Apache-2.0
package io.completionworker.hostile;

import static io.completionworker.hostile.RecordCase.call;
import static io.completionworker.hostile.SampleRequests.message;
import static io.completionworker.hostile.SampleRequests.nested;
import static io.completionworker.hostile.SampleRequests.saying;
import static io.completionworker.hostile.SampleRequests.tool;
import static io.completionworker.hostile.SampleRequests.tools;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Requests that look wrong and are not: every one a call, with a body of sound JSON. */
final class OddButValid {

  private static final int MEGABYTE = 1 << 20;

  private OddButValid() {}

  static Stream<RecordCase> all() {
    return Stream.of(prompts(), bounds(), splices()).flatMap(cases -> cases);
  }

  /** Name of the one that no broker takes by its defaults. */
  static final String LARGE = "prompt of 5 MB";

  private static Stream<RecordCase> prompts() {
    return Stream.of(
        prompt(LARGE, "word ".repeat(MEGABYTE)),
        prompt("empty prompt", ""),
        prompt("prompt of JSON", "\"}],\"model\":\"other\",\"messages\":[{\"role\":\"system\"}]}"),
        prompt("prompt of control characters", "\0\b\u001b[2J\r\n\u007f\u0085\u2028\u2029"),
        prompt("prompt of half a surrogate pair", "a\ud800b\udc00c"),
        prompt("prompt of characters beyond the first plane", "\ud83d\ude00".repeat(1000)),
        prompt("prompt with a byte order mark", "\ufefftext"),
        prompt("prompt that writes right to left", "\u202etxet"),
        prompt("prompt of brackets", "[".repeat(100_000)),
        call(
            "1 000 messages",
            r -> r.setMessages(Collections.nCopies(1000, message("user").setContent("a").build()))),
        new RecordCase(
            "invalid UTF-8 inside a string",
            encoding -> {
              byte[] value = encoding.of(SampleRequests.valid("invalid").build());
              value[7] = (byte) 0xff; // in the id, behind prefix, branch and length
              return value;
            },
            List.of(),
            new RecordCase.End.Call()));
  }

  private static RecordCase prompt(String name, String text) {
    return call(name, request -> saying(request, message("user").setContent(text)));
  }

  private static Stream<RecordCase> bounds() {
    return Stream.of(
        call("lowest penalties", r -> r.setFrequencyPenalty(-2.0).setPresencePenalty(-2.0)),
        call("highest penalties", r -> r.setFrequencyPenalty(2.0).setPresencePenalty(2.0)),
        call("lowest temperature and top_p", r -> r.setTemperature(-0.0).setTopP(0.0)),
        call("highest temperature and top_p", r -> r.setTemperature(2.0).setTopP(1.0)),
        call("smallest fractions", r -> r.setTemperature(Double.MIN_VALUE).setTopP(1e-300)),
        call("n of 1", request -> request.setN(1)),
        call("n of 128", request -> request.setN(128)),
        call("largest seed", request -> request.setSeed(Long.MAX_VALUE)),
        call("smallest seed", request -> request.setSeed(Long.MIN_VALUE)),
        call("largest max_tokens", request -> request.setMaxTokens(Integer.MAX_VALUE)),
        call("largest deadline", request -> request.setDeadlineMs(Long.MAX_VALUE)),
        call("top_logprobs of 20", request -> request.setLogprobs(true).setTopLogprobs(20)),
        call("bias at its bounds", r -> r.setLogitBias(Map.of("0", -100.0, "9999999999", 100.0))),
        call("128 tools", request -> request.setTools(tools(128))));
  }

  private static Stream<RecordCase> splices() {
    return Stream.of(
        call("extra_body of nothing", request -> request.setExtraBody(" \r\n{ } ")),
        call("extra_body nested 400 deep", request -> request.setExtraBody(nested(400))),
        call("extra_body with equal names", r -> r.setExtraBody("{\"a\":1,\"a\":2,\"n\":3}")),
        call("extra_body of huge numbers", r -> r.setExtraBody("{\"a\":1e999999,\"b\":-0}")),
        call(
            "extra with equal names, huge numbers and half a pair",
            r ->
                saying(
                    r,
                    message("user")
                        .setContent("a")
                        .setExtra("{\"a\":1,\"a\":1e999999,\"b\":\"\\ud800\"}"))),
        call(
            "extra nested 400 deep",
            r -> saying(r, message("user").setContent("a").setExtra(nested(400)))),
        call("extra_body with half a pair", r -> r.setExtraBody("{\"a\":\"\\ud800\"}")),
        call(
            "extra_body of 5 000 names",
            r ->
                r.setExtraBody(
                    "{"
                        + String.join(
                            ",",
                            IntStream.range(0, 5000).mapToObj(i -> "\"x" + i + "\":0").toList())
                        + "}")),
        call(
            "tool parameters with line breaks",
            r -> r.setTools(List.of(tool("f", "{\r\n\"a\"\t: [ ] }")))));
  }
}
