// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.docs.MessagePage;
import io.completionworker.docs.MessagePage.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The command line in this process, made to say what the page of messages says. */
abstract class SayingCli extends InProcessCli {

  private static final Set<String> NESTED = Set.of("batch", "control");

  /**
   * What a command says when something is wrong, under settings of its own.
   *
   * @param text of the last line on stderr, or on stdout if that is where the message belongs
   */
  record Said(
      String when, String command, Map<String, String> settings, String text, int exitCode) {}

  /** Causes each message, and compares the section of the page with them. */
  void verify(String section, List<Said> all) {
    List<Message> messages = new ArrayList<>();
    Map<String, String> usual = Map.copyOf(environment);
    for (Said one : all) {
      String[] words = one.command().split(" ", -1);
      String name = NESTED.contains(words[0]) ? words[0] + " " + words[1] : words[0];
      Message message = new Message(one.when(), "`" + name + "`", one.text(), one.exitCode());
      out.getBuffer().setLength(0);
      err.getBuffer().setLength(0);
      environment.putAll(one.settings());
      int exitCode = execute(words);
      environment.keySet().retainAll(usual.keySet());
      environment.putAll(usual);
      assertThat(List.of(last(err.toString()), last(out.toString())))
          .as(one.when())
          .anyMatch(line -> message.pattern().matcher(line).matches());
      assertThat(exitCode).as(err.toString()).isEqualTo(one.exitCode());
      messages.add(message);
    }
    MessagePage.verify(section, getClass().getSimpleName(), messages);
  }

  private static String last(String printed) {
    List<String> lines = printed.lines().toList();
    return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
  }
}
