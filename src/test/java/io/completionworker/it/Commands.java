// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import io.completionworker.docs.MessagePage.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs commands with the settings of a stand. */
final class Commands {

  private static final String REQUEST =
      "{\"model\": \"m\", \"messages\": [{\"role\": \"user\", \"content\": \"hello\"}]}\n";

  private Commands() {}

  /** A command of one word or more, where FILE and OUT stand for files; it ends by itself. */
  static RunningCommand command(Stand where, Map<String, String> settings, String command)
      throws IOException {
    return new CommandThread(where.directory, arguments(where, settings, command));
  }

  /** The same in a process of its own, for one that is killed or stopped. */
  static CliProcess process(Stand where, Map<String, String> settings, String command)
      throws IOException {
    return new CliProcess(where.directory, "128m", arguments(where, settings, command));
  }

  private static List<String> arguments(Stand where, Map<String, String> settings, String command)
      throws IOException {
    String requests =
        Files.writeString(where.directory.resolve("requests.jsonl"), REQUEST).toString();
    String out = where.directory.resolve("out-" + System.nanoTime() + ".jsonl").toString();
    List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
    arguments.replaceAll(word -> word.equals("FILE") ? requests : word);
    arguments.replaceAll(word -> word.equals("OUT") ? out : word);
    arguments.addAll(1, List.of("--config", where.file(settings).toString()));
    return arguments;
  }

  /** Publishes a batch of one request. */
  static void publish(Stand where, String batch) throws Exception {
    RunningCommand submit = command(where, Map.of(), "submit --batch " + batch + " FILE");
    if (submit.await() != 0) {
      throw new IllegalStateException(submit.all());
    }
  }

  static boolean said(RunningCommand command, Message message) {
    return message.pattern().matcher(command.err()).find();
  }

  static String lastLine(RunningCommand ended) {
    List<String> lines = ended.err().lines().toList();
    return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
  }
}
