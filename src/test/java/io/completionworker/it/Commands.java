// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import io.completionworker.docs.MessagePage.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs commands with the settings of a stand, each in a process of its own. */
final class Commands {

  private static final String REQUEST =
      "{\"model\": \"m\", \"messages\": [{\"role\": \"user\", \"content\": \"hello\"}]}\n";

  private Commands() {}

  /** A command of one word or more, where FILE and OUT stand for files. */
  static CliProcess command(Stand where, Map<String, String> settings, String command)
      throws IOException {
    String requests =
        Files.writeString(where.directory.resolve("requests.jsonl"), REQUEST).toString();
    String out = where.directory.resolve("out-" + System.nanoTime() + ".jsonl").toString();
    List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
    arguments.replaceAll(word -> word.equals("FILE") ? requests : word);
    arguments.replaceAll(word -> word.equals("OUT") ? out : word);
    arguments.addAll(1, List.of("--config", where.file(settings).toString()));
    return new CliProcess(where.directory, "128m", arguments);
  }

  /** Publishes a batch of one request. */
  static void publish(Stand where, String batch) throws Exception {
    CliProcess submit = command(where, Map.of(), "submit --batch " + batch + " FILE");
    if (submit.await() != 0) {
      throw new IllegalStateException(submit.all());
    }
  }

  static boolean said(CliProcess command, Message message) {
    return message.pattern().matcher(command.err()).find();
  }

  static String lastLine(CliProcess ended) {
    List<String> lines = ended.err().lines().toList();
    return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
  }
}
