// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.Reply;
import io.completionworker.secrets.SearchedWorker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** One request through the topics, by one command. */
class AskIT {

  private static final Duration LONG = Duration.ofMinutes(2);
  private static final String QUESTION = "Why is the sky blue?";
  private static final Pattern LATER =
      Pattern.compile("`completion-worker find (ask-[0-9a-f-]+) --from (\\S+)`");

  @Test
  void shouldPrintTheAnswerAndWhatItCost() throws Exception {
    try (Stand stand = new Stand(Behaviour.instant(), 2)) {
      Path prices = Files.writeString(stand.directory.resolve("prices.json"), AnalyticsIT.PRICES);
      try (SearchedWorker worker = stand.start(Map.of("usage.prices.file", prices.toString()))) {
        RunningCommand ask = ask(stand, "--model", "gpt-4o-mini", "--system", "Be brief.");
        assertThat(ask.await()).as(ask.all()).isZero();

        assertThat(ask.out()).contains("You asked: “" + QUESTION + "”.").endsWith("\n");
        assertThat(ask.out().lines()).hasSize(1);
        assertThat(ask.err().lines())
            .singleElement()
            .asString()
            .matches(
                "ask: 1 call, [0-9]+ prompt tokens, [0-9]+ completion tokens, [0-9.]+ EUR, model"
                    + " \\S+, finish reason stop, trace \\S+, request ask-[0-9a-f-]+");
        assertThat(stand.endpoint.total()).isEqualTo(1);
        assertThat(worker.live()).isTrue();
      }
    }
  }

  @Test
  void shouldPrintAStreamedAnswerWholeAndOnce() throws Exception {
    try (Stand stand = new Stand(Behaviour.builder().answerTokens(400).build(), 2);
        SearchedWorker worker = stand.start(Map.of("chunks.interval.ms", "20"))) {
      RunningCommand ask = ask(stand, "--model", "gpt-4o-mini", "--stream");
      assertThat(ask.await()).as(ask.all()).isZero();
      RunningCommand whole = ask(stand, "--model", "gpt-4o-mini");
      assertThat(whole.await()).as(whole.all()).isZero();

      assertThat(ask.out()).isEqualTo(whole.out()).contains(QUESTION);
      assertThat(worker.live()).isTrue();
    }
  }

  @Test
  void shouldSayWhyTheRequestHasFailed() throws Exception {
    Behaviour refusing =
        Behaviour.builder()
            .respondWith(call -> Reply.error(400, "invalid_request_error", null, "no such thing"))
            .build();
    try (Stand stand = new Stand(refusing, 2);
        SearchedWorker worker = stand.start(Map.of())) {
      RunningCommand ask = ask(stand, "--model", "gpt-4o-mini");

      assertThat(ask.await()).as(ask.all()).isEqualTo(1);
      assertThat(Commands.lastLine(ask)).startsWith("Failed: BAD_REQUEST: ").contains("no such");
      assertThat(ask.out()).isEmpty();
      assertThat(worker.live()).isTrue();
    }
  }

  @Test
  void shouldSayHowToFindTheAnswerOfARequestThatNoWorkerTakes() throws Exception {
    try (Stand stand = new Stand(Behaviour.instant(), 2)) {
      RunningCommand late = ask(stand, "--model", "gpt-4o-mini", "--timeout", "2");
      CliProcess stopped =
          new CliProcess(stand.directory, "128m", arguments(stand, "--model", "gpt-4o-mini"));
      await().atMost(LONG).until(() -> stopped.err().contains("no worker is in group"));
      stopped.interrupt();

      assertThat(late.await()).as(late.all()).isEqualTo(1);
      assertThat(Commands.lastLine(late))
          .startsWith("No outcome within 2 s")
          .contains(". What became of the request: ");
      assertThat(stopped.await()).as(stopped.all()).isEqualTo(130);
      assertThat(Commands.lastLine(stopped))
          .startsWith("ask: stopped; the request stays published. What became of it: ");
      try (SearchedWorker worker = stand.start(Map.of())) {
        await().atMost(LONG).until(() -> stand.endpoint.total() == 2);
        for (RunningCommand ended : List.of(late, stopped)) {
          await().atMost(LONG).until(() -> found(stand, ended).contains("Answered"));
        }
        assertThat(worker.live()).isTrue();
      }
    }
  }

  private static String found(Stand stand, RunningCommand ended) throws Exception {
    Matcher later = LATER.matcher(Commands.lastLine(ended));
    assertThat(later.find()).as(ended.err()).isTrue();
    RunningCommand find =
        Commands.command(stand, Map.of(), "find " + later.group(1) + " --from " + later.group(2));
    assertThat(find.await()).as(find.all()).isZero();
    return find.out();
  }

  private static RunningCommand ask(Stand stand, String... options) {
    return new CommandThread(stand.directory, arguments(stand, options));
  }

  private static List<String> arguments(Stand stand, String... options) {
    List<String> arguments = new ArrayList<>(List.of("ask", QUESTION, "--config"));
    arguments.add(stand.file(Map.of()).toString());
    arguments.addAll(List.of(options));
    return arguments;
  }
}
