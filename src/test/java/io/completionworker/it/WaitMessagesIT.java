// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.avro.CompletionFailure;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.browser.Browser;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.Reply;
import io.completionworker.docs.MessagePage;
import io.completionworker.docs.MessagePage.Message;
import io.completionworker.secrets.SearchedWorker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a worker says while its requests wait, on every way that it says something. */
class WaitMessagesIT {

  private static final Duration LONG = Duration.ofMinutes(2);
  private static final String CREDENTIAL =
      "credential <hash> (the configured API key, virtual key and authorization";
  private static final String COUNT = "; <number> waiting";
  private static final String HELD =
      "; next probe at <time>. <what to do> Its requests go on by themselves once a probe is ";

  private static final Message ON_HOLD =
      message(
          "the endpoint refuses the account: 401, 402, a quota, a budget",
          "readiness, page, log",
          CREDENTIAL
              + ") is on hold since <time>: UNAUTHORIZED, status 401, \"<what the provider says>\""
              + COUNT
              + HELD
              + "let in.");
  private static final Message CUT_OFF =
      message(
          "nearly all requests fail for one reason",
          "readiness, page, log",
          CREDENTIAL
              + ") is on hold by the failure cutoff since <time>: NOT_FOUND, status 404, <number>"
              + " of the last 5 requests failed with it, see hold.brake.share, error model_not_found"
              + COUNT
              + HELD
              + "answered.");
  private static final Message FAILED =
      message(
          "the endpoint fails, or is not there",
          "readiness, page, log",
          "the endpoint fails for "
              + CREDENTIAL
              + ") since <time>: SERVER_ERROR, status 503, <what failed>"
              + COUNT
              + "; <next calls>. The fault is on the provider's side. Calls go on by themselves"
              + " when the endpoint is back.");
  private static final Message COOLS_DOWN =
      message(
          "a server asks for a wait of 5 s or more",
          "page, log",
          CREDENTIAL
              + ", model gpt-4o-mini) cools down since <time>: RATE_LIMITED, status 429, \"<what the"
              + " provider says>\""
              + COUNT
              + "; until <time>. Configure the limits of the account, with room for its other users."
              + " Calls go on by themselves.");
  private static final Message OVER =
      message(
          "any of these is over",
          "log",
          "The <kind of wait> of credential <hash> (<whose it is>) is over after <number> s: calls go"
              + " on");
  private static final Message LATE =
      message(
          "a deadline passes while its request waits",
          "failure",
          "The deadline of <number> s passed after <number> attempts; no more are made. It waited"
              + " <number> s for the hold of the configured API key, virtual key and authorization"
              + " since <time> (UNAUTHORIZED, status 401, \"<what the provider says>\"). Fix the"
              + " key where it was issued, or set a new one and restart the worker.");

  private final AtomicReference<Reply> reply = new AtomicReference<>(Reply.completion());
  private final Stand stand =
      new Stand(Behaviour.builder().respondWith(call -> reply.get()).build(), 1);
  private int published;

  @AfterEach
  void close() {
    stand.close();
  }

  @Test
  void shouldSayWhatRequestsWaitForAndWhatToDo() {
    try (SearchedWorker worker = stand.start(settings());
        Browser browser = Browser.open()) {
      browser.go("http://127.0.0.1:" + worker.managementPort() + "/");
      begin(worker, ON_HOLD, Reply.error(401, "invalid_request_error", "invalid_api_key", "no"));
      onThePage(browser, "On hold: the configured API key, virtual key and authorization");
      publish(1, 2_000L);
      assertThat(failures()).allMatch(text -> LATE.pattern().matcher(text).matches());
      end("hold");
      begin(worker, CUT_OFF, Reply.error(404, "invalid_request_error", "model_not_found", "no"));
      end("failure-cutoff");
      begin(worker, FAILED, Reply.error(503, "server_error", null, "no"));
      onThePage(browser, "The endpoint fails: ");
      end("breaker");
      coolDown(worker);
      onThePage(browser, "Cool-down: ");
      end("cool-down");
      await().atMost(LONG).until(() -> worker.notReadyReasons().isEmpty());
      assertThat(browser.console()).isEmpty();
    }
    MessagePage.verify(
        "While running",
        "WaitMessagesIT",
        List.of(ON_HOLD, CUT_OFF, FAILED, COOLS_DOWN, OVER, LATE));
  }

  /** Has requests wait for an endpoint that replies so. */
  private void begin(SearchedWorker worker, Message message, Reply bad) {
    reply.set(bad);
    publish(20, null);
    Pattern line = message.pattern();
    await()
        .atMost(LONG)
        .until(
            () -> worker.notReadyReasons().stream().anyMatch(text -> line.matcher(text).matches()));
    assertThat(worker.pages()).contains("\"waits\":[{\"kind\":");
    logged(message);
  }

  private void coolDown(SearchedWorker worker) {
    Reply limited = Reply.error(429, "tokens", "rate_limit_exceeded", "slow down");
    reply.set(limited.withHeader("retry-after", "12"));
    publish(20, null);
    logged(COOLS_DOWN);
    assertThat(worker.notReadyReasons()).as("it is how an account is used up").isEmpty();
    reply.set(Reply.completion());
  }

  private void end(String kind) {
    reply.set(Reply.completion());
    await()
        .atMost(LONG)
        .until(
            () -> stand.log().stream().anyMatch(line -> line.contains("The " + kind + " of cred")));
    logged(OVER);
  }

  /** Log lines have the logger before and the keys behind them, and begin with a capital. */
  private void logged(Message message) {
    Pattern line =
        Pattern.compile(
            ".*: (?i)" + message.pattern().pattern() + " \\[.*waiting=.*", Pattern.DOTALL);
    Supplier<Boolean> seen =
        () -> stand.log().stream().map(line::matcher).anyMatch(Matcher::matches);
    await().atMost(LONG).until(seen::get);
  }

  private static void onThePage(Browser browser, String text) {
    await()
        .atMost(LONG)
        .until(
            () -> browser.text("document.getElementById('waits-list').textContent").contains(text));
  }

  private void publish(int requests, @Nullable Long deadline) {
    stand.publish(
        published,
        published + requests,
        requests,
        number ->
            CompletionRequest.newBuilder(Stand.request("r-" + number))
                .setDeadlineMs(deadline)
                .build());
    published += requests;
  }

  private List<String> failures() {
    List<String> texts = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer = stand.committed("completion-failures");
        Deserializer<CompletionFailure> values =
            stand.serdes().forValues(CompletionFailure.class).deserializer()) {
      await()
          .atMost(LONG)
          .until(
              () -> {
                consumer
                    .poll(Duration.ofMillis(200))
                    .forEach(
                        each ->
                            texts.add(values.deserialize(each.topic(), each.value()).getMessage()));
                return !texts.isEmpty();
              });
    }
    return texts;
  }

  private static Map<String, String> settings() {
    return Map.of(
        "hold.probe.initial.ms", "1000",
        "hold.probe.max.ms", "1000",
        "hold.brake.window", "5",
        "breaker.window.calls", "10",
        "breaker.min.calls", "2",
        "breaker.open.ms", "1000",
        "retry.max.attempts", "100",
        "async.max.in.flight", "3");
  }

  private static Message message(String when, String where, String text) {
    return new Message(when, where, text, -1);
  }
}
