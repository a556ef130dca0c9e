// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.process;

import io.completionworker.demo.endpoint.Latency;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * An endpoint that does as little as it can, so that it takes no CPU from what is measured: takes
 * the whole request, waits, and gives everyone the same completion. How long it took to do so, in
 * milliseconds, stands in {@code system_fingerprint}, which every client carries into its output.
 *
 * <p>As a process: prints its URL, takes other latencies as lines of input, runs until that ends,
 * and prints how many calls it had and how many were open at most. Answers a GET with its counts at
 * that moment. One event loop does it all.
 */
final class LeanEndpoint {

  private static final String BEFORE =
      """
      {"id":"chatcmpl-%s","object":"chat.completion","created":1795000000,"model":"gpt-4o-mini",\
      "choices":[{"index":0,"message":{"role":"assistant","content":"%s","refusal":null},\
      "logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":260,\
      "completion_tokens":64,"total_tokens":324,"prompt_tokens_details":{"cached_tokens":0,\
      "audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,\
      "accepted_prediction_tokens":0,"rejected_prediction_tokens":0}},\
      "service_tier":"default","system_fingerprint":"\
      """
          .strip()
          .formatted("0123456789abcdef", "All of it follows from that. ".repeat(9).strip());

  private final Buffer before = Buffer.buffer(BEFORE);
  private volatile Latency latency;
  private final SplittableRandom random = new SplittableRandom(1);
  private final CallLedger calls;
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));

  private LeanEndpoint(Latencies latencies, CallLedger calls) {
    latency = latencies.shape();
    this.calls = calls;
  }

  /**
   * Arguments: mean latency in milliseconds, sigma; {@link CallLedger#BY_REQUEST}, if it shall
   * count by request.
   */
  public static void main(String[] args) throws IOException {
    CallLedger calls = new CallLedger(Arrays.asList(args).contains(CallLedger.BY_REQUEST));
    LeanEndpoint endpoint = new LeanEndpoint(Latencies.parse(args[0], args[1]), calls);
    System.out.println("http://127.0.0.1:" + endpoint.listen() + "/v1");
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    // the end of the input is the end of whoever started this
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      String[] words = line.split(" ", -1);
      endpoint.latency = Latencies.parse(words[0], words[1]).shape();
    }
    System.out.println(calls.counts().total() + " " + calls.peakOpen());
    endpoint.vertx.close();
  }

  private int listen() {
    HttpServerOptions options =
        new HttpServerOptions().setHost("127.0.0.1").setPort(0).setAcceptBacklog(16_384);
    return vertx
        .createHttpServer(options)
        .requestHandler(this::receive)
        .listen()
        .await()
        .actualPort();
  }

  private void receive(HttpServerRequest request) {
    if (HttpMethod.GET.equals(request.method())) {
      request.response().end(calls.counts().line());
      return;
    }
    long came = System.nanoTime();
    CallLedger.Call call = calls.begin(request.getHeader("x-portkey-trace-id"));
    request.response().closeHandler(closed -> call.cut());
    request.exceptionHandler(cut -> call.cut()); // it comes in place of the end
    request.handler(part -> {}); // read, and not kept
    request.endHandler(
        end -> {
          long wait = latency.nextMillis(random);
          if (wait <= 0) {
            answer(request, call, came);
          } else {
            vertx.setTimer(wait, ignored -> answer(request, call, came));
          }
        });
  }

  private void answer(HttpServerRequest request, CallLedger.Call call, long came) {
    if (!call.answer()) {
      return;
    }
    long millis = (System.nanoTime() - came) / 1_000_000;
    Buffer body = Buffer.buffer(before.length() + 16).appendBuffer(before);
    body.appendString(String.valueOf(millis)).appendString("\"}");
    request.response().putHeader("content-type", "application/json").end(body);
  }
}
