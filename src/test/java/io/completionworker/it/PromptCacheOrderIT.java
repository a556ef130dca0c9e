// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.Message;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.Latency;
import io.completionworker.demo.endpoint.PromptCache;
import io.completionworker.demo.endpoint.Reply;
import io.completionworker.metrics.CallMeters;
import io.completionworker.metrics.RequestMeters;
import io.completionworker.secrets.SearchedWorker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Prompts that begin alike are paid for in full once. */
class PromptCacheOrderIT {

  private static final Duration LONG = Duration.ofMinutes(2);
  private static final Latency LATENCY = Latency.fixed(Duration.ofMillis(200));
  private static final int REQUESTS = 300;
  private static final int PREFIXES = 5;
  private static final Map<String, String> ORDERED =
      Map.of("prompt.cache.order", "true", "async.max.in.flight", "100");

  private final PromptCache cache = new PromptCache(LATENCY, new Random(1));
  private final Stand stand =
      new Stand(
          Behaviour.builder().respondWith(cache).recording(Behaviour.Recording.CALLS).build(), 4);
  private final Outcomes outcomes = new Outcomes(stand);

  @AfterEach
  void close() {
    outcomes.close();
    stand.close();
  }

  @Test
  void shouldPayForEachPrefixOnce() {
    try (SearchedWorker worker = stand.start(ORDERED)) {
      stand.publish(0, REQUESTS, 50, PromptCacheOrderIT::request);
      await().atMost(LONG).until(() -> outcomes.poll().usage().size() == REQUESTS);

      assertThat(calls(worker, RequestMeters.PREFIX_COLD)).isEqualTo(PREFIXES);
      assertThat(calls(worker, RequestMeters.PREFIX_WARM)).isEqualTo(REQUESTS - PREFIXES);
      assertThat(tokens(worker, "cached")).isEqualTo((double) cache.cachedTokens());
      assertThat(tokens(worker, "prompt")).isGreaterThan((double) cache.sharedTokens());
    }
    long onePrefix = cache.sharedTokens() / REQUESTS;
    assertThat(cache.cachedTokens()).isEqualTo((REQUESTS - PREFIXES) * onePrefix);
    assertThat(outcomes.all()).allMatch(outcome -> outcome.kind().equals("response"));
    assertThat(outcomes.poll().repeated()).isEmpty();
    assertThat(outcomes.usage())
        .filteredOn(row -> row.getCachedTokens() == 0)
        .hasSize(PREFIXES)
        .allMatch(row -> row.getWaitedForPrefixMs() == 0);
    assertThat(outcomes.usage())
        .extracting(CompletionUsage::getWaitedForPrefixMs)
        .anyMatch(w -> w > 0);
  }

  @Test
  void shouldCallTheOthersWhenTheFirstFails() {
    AtomicInteger count = new AtomicInteger();
    stand.endpoint.behave(
        Behaviour.builder()
            .respondWith(
                call ->
                    count.incrementAndGet() == 1
                        ? Reply.error(400, "invalid_request_error", null, "no")
                            .after(Duration.ofMillis(300))
                        : cache.apply(call))
            .build());
    try (SearchedWorker worker = stand.start(ORDERED)) {
      stand.publish(0, 50, 50, number -> request(0, number));
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == 50);

      assertThat(worker.live()).isTrue();
    }
    assertThat(outcomes.all())
        .filteredOn(outcome -> outcome.kind().equals("BAD_REQUEST"))
        .hasSize(1);
    assertThat(stand.endpoint.total()).isEqualTo(50);
  }

  private static CompletionRequest request(int number) {
    return request(number % PREFIXES, number);
  }

  private static CompletionRequest request(int prefix, int number) {
    String system = ("Rule " + prefix + ": be brief and kind. ").repeat(200);
    return CompletionRequest.newBuilder()
        .setModel("gpt-4o-mini")
        .setRequestId("r-" + number)
        .setMessages(List.of(message("system", system), message("user", "Question " + number)))
        .build();
  }

  private static Message message(String role, String text) {
    return Message.newBuilder().setRole(role).setContent(text).build();
  }

  private static double calls(SearchedWorker worker, String prefix) {
    return worker
        .meters()
        .get(RequestMeters.PREFIX_CALLS.name())
        .tag("prefix", prefix)
        .counter()
        .count();
  }

  private static double tokens(SearchedWorker worker, String type) {
    return worker.meters().get(CallMeters.TOKENS.name()).tag("type", type).counter().count();
  }
}
