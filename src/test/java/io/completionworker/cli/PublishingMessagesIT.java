// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.demo.EmbeddedBroker;
import io.completionworker.docs.MessagePage;
import io.completionworker.docs.MessagePage.Message;
import io.completionworker.fixtures.SharedBroker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Causes what {@code submit} and {@code batch} say of files, lines and options. */
class PublishingMessagesIT extends InProcessCli {

  private static final String BODY =
      "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}\n";
  private static final String LINE = "{\"custom_id\":\"%s\",\"body\":%s}\n";

  private static EmbeddedBroker broker;

  /** The messages in the order of the page, and what has to be done for each. */
  private final Map<Message, Cause> causes = new LinkedHashMap<>();

  /** A command that has to say it. */
  private record Cause(List<String> command) {}

  @BeforeAll
  static void startABroker() {
    broker = SharedBroker.borrow();
    for (String topic :
        List.of("requests", "requests-bulk", "responses", "usage", "failures", "dead-letters")) {
      broker.createTopic("completion-" + topic, 1, Map.of());
    }
  }

  @AfterAll
  static void stopTheBroker() {
    SharedBroker.giveBack(broker);
  }

  @Test
  void shouldSayWhatThePageSays() throws Exception {
    environment.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
    environment.put("CLASSES", "standard,bulk");
    collectFiles();
    collectLines();
    collectOptions();
    collectOutputs();

    for (Map.Entry<Message, Cause> cause : causes.entrySet()) {
      err.getBuffer().setLength(0);
      int exitCode = execute(cause.getValue().command().toArray(String[]::new));
      assertThat(err.toString().lines())
          .as(cause.getKey().when())
          .anyMatch(cause.getKey().pattern().asMatchPredicate());
      assertThat(exitCode).as(err.toString()).isEqualTo(cause.getKey().exitCode());
    }
    MessagePage.verify("Publishing", "PublishingMessagesIT", List.copyOf(causes.keySet()));
  }

  private void collectFiles() throws IOException {
    add("A folder is given", "submit", "<file>: is a directory, not a file", directory);
    add(
        "The file is not there",
        "submit",
        "<file>: there is no such file",
        directory.resolve("none.jsonl"));
    add("The file is empty", "submit", "<file>: is empty", file("empty.jsonl", ""));
    add(
        "The file has blank lines only",
        "submit",
        "<file>: there is no request in it",
        file("blank.jsonl", "\n \n"));
    add(
        "The file is a JSON array",
        "submit",
        "<file>: is one JSON array, not JSON Lines, which have one object a line: convert it, for"
            + " example by jq -c '.[]' FILE",
        file(
            "array.json", "[" + line("a", body("x")).strip() + ",\n" + line("b", body("x")) + "]"));
    add(
        "The file is JSON in many lines",
        "submit",
        "<file>: has JSON objects over several lines, not JSON Lines, which have one object a line:"
            + " convert it, for example by jq -c . FILE",
        file("pretty.json", "{\n  \"custom_id\": \"a\",\n  \"body\": {}\n}\n"));
    add(
        "The file is CSV",
        "submit",
        "<file>: looks like CSV, not JSON Lines, which have one JSON object a line",
        file("table.csv", "id,prompt\n1,\"Say, hello\"\n"));
    add(
        "The file is UTF-16",
        "submit",
        "<file>: line 1: the file is UTF-16LE, not UTF-8: convert it, for example by iconv -f"
            + " UTF-16LE -t UTF-8",
        Files.writeString(
            directory.resolve("utf16.jsonl"), line("a", body("x")), StandardCharsets.UTF_16LE));
    add(
        "The file is Latin-1",
        "submit",
        "<file>: line <number>: is not UTF-8 (byte <number>); it looks like ISO-8859-1 or"
            + " Windows-1252: convert the file, for example by iconv -f WINDOWS-1252 -t UTF-8",
        Files.writeString(
            directory.resolve("latin1.jsonl"), line("a", body("é")), StandardCharsets.ISO_8859_1));
    add(
        "The file is a zip archive",
        "submit",
        "<file>: is a zip archive, as those of .xlsx and .docx are too: unpack it first, since"
            + " only gzip is unpacked here",
        file("requests.zip", "PK\003\004 and more"));
  }

  private void collectLines() throws IOException {
    String good = line("a", body("x"));
    add(
        "A batch line stands among bodies",
        "submit --format bodies",
        "<file>: line <number>: is a line of a batch file (custom_id, method, url, body), and the"
            + " others are bodies: give each kind a file of its own; --format batch where all are"
            + " batch lines",
        file("mixed-bodies.jsonl", body("x") + good));
    add(
        "A body stands among batch lines",
        "submit",
        "<file>: line <number>: is the body of a request, and the others are batch lines"
            + " (custom_id, method, url, body): give each kind a file of its own; --format bodies"
            + " where all are bodies",
        file("mixed-lines.jsonl", good + body("x")));
    add(
        "A file of answers is given",
        "submit",
        "<file>: line <number>: is an answer of a batch, not a request",
        file("answers-in.jsonl", "{\"id\":\"1\",\"custom_id\":\"a\",\"response\":{}}\n"));
    add(
        "Many lines have the same fault",
        "submit",
        "<file>: line <number>: custom_id is missing; the same in <count> more lines: <numbers>",
        file("same.jsonl", good + "{\"body\":{}}\n".repeat(50)));
    add(
        "A parameter is misspelt",
        "submit",
        "<file>: warning: line <number>: \"<name>\" is not a known parameter; the nearest is"
            + " \"<name>\"; it is sent as it is",
        0,
        file("misspelt.jsonl", line("a", body("x").replaceFirst("\\{", "{\"temprature\":1,"))));
    add(
        "A member of a message is misspelt",
        "submit",
        "<file>: warning: line <number>: \"<name>\" in a message is not a known parameter; the"
            + " nearest is \"<name>\"; it is sent as it is",
        0,
        file("member.jsonl", line("a", body("x").replace("\"role\"", "\"toolCalls\":1,\"role\""))));
    add(
        "A parameter stands beside the body",
        "submit",
        "<file>: warning: line <number>: \"<name>\" stands beside the body and is not sent",
        0,
        file("beside.jsonl", good.replaceFirst("\\{", "{\"temperature\":1,")));
  }

  private void collectOptions() throws Exception {
    Path file = file("good.jsonl", line("a", body("x")));
    add(
        "Metadata has no value",
        "submit --metadata team",
        "--metadata must be NAME=VALUE, such as team=search, and is team; see"
            + " `completion-worker submit --help`",
        file);
    add(
        "A format is unknown",
        "submit --format yaml",
        "Invalid value for option '--format': must be one of batch, bodies, cookbook, and"
            + " is yaml; see `completion-worker submit --help`",
        file);
    add(
        "A class of requests is unknown",
        "submit --class urgent",
        "--class: there is no class 'urgent'; the classes are standard, bulk; see"
            + " `completion-worker submit --help`",
        file);
    add(
        "What to do with faulty lines is unknown",
        "submit --on-invalid fix",
        "Invalid value for option '--on-invalid': must be one of stop, skip, and is fix; see"
            + " `completion-worker submit --help`",
        file);
    add(
        "The time of --from is not in the past",
        "submit --from 2099-01-01",
        "--from: '2099-01-01' is not in the past; see `completion-worker submit --help`",
        file);
    assertThat(execute("submit", "--batch", "begun", file.toString())).isZero();
    String now = Instant.now().toString();
    causes.put(
        new Message(
            "The batch was begun before --from: its requests would be called and paid again",
            "`submit`, `batch`",
            "<file>: batch <id> was begun before --from (<time>); leave --from out; nothing was"
                + " published",
            2),
        new Cause(List.of("submit", "--batch", "begun", "--from", now, file.toString())));
  }

  private void collectOutputs() throws Exception {
    Path file = file("out.jsonl", line("a", body("out")));
    addBatch(
        "The folder of the answers is not a directory",
        "Cannot write <file>: <name> is not a directory; mend that, or choose another file",
        2,
        file,
        file.resolve("a.jsonl"));
    addBatch(
        "The file of answers cannot be made there",
        "Cannot write /proc/a.jsonl: <cause>; mend that, or choose another file",
        2,
        file,
        Path.of("/proc/a.jsonl"));
    addBatch(
        "The file of answers is a folder",
        "<file> is a directory; name a file in it",
        2,
        file,
        directory);
    addBatch(
        "There is a file already that is not of this batch",
        "<file> exists, and no collect has begun it; choose another name",
        2,
        file,
        file);
    Path answers = directory.resolve("answers.jsonl");
    assertThat(execute("batch", file.toString(), "--out", answers.toString(), "--timeout", "1"))
        .isEqualTo(1);
    addBatch(
        "The input was changed after it was published",
        "<file> has answers of batch <id> and not of batch <id> (a file that was changed is another"
            + " batch); choose another name for its answers",
        2,
        file("changed.jsonl", line("a", body("changed"))),
        answers);
    Path full = directory.resolve("full.jsonl");
    Files.createDirectories(directory.resolve("full.jsonl.collect"));
    Files.createSymbolicLink(
        directory.resolve("full.jsonl.collect/state.part"), Path.of("/dev/full"));
    addBatch(
        "A disk is full",
        "Cannot write <file>: No space left on device; mend that, and the same command goes on"
            + " where it stopped",
        1,
        file,
        full);
    assertThat(execute("submit", "--batch", "used", file.toString())).isZero();
    causes.put(
        new Message(
            "The batch was begun in another class: its requests would be called and paid again",
            "`submit`, `batch`",
            "<file>: batch <id> was begun on <topic>, the request topic of another class; name that"
                + " class by --class, or give this one another --batch; nothing was published",
            2),
        new Cause(List.of("submit", "--class", "bulk", "--batch", "used", file.toString())));
    Path other = file("other.jsonl", line("a", body("other")));
    causes.put(
        new Message(
            "The id of the batch is in use",
            "`submit`, `batch`",
            "<file>: batch <id> is on <topic> already, of another content; give this one another"
                + " --batch; nothing was published",
            2),
        new Cause(List.of("submit", "--batch", "used", other.toString())));
  }

  private void add(String when, String command, String text, Path file) {
    add(when, command, text, 2, file);
  }

  private void add(String when, String command, String text, int exitCode, Path file) {
    List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
    arguments.addAll(List.of("--dry-run", file.toString()));
    causes.put(new Message(when, "`submit`, `batch`", text, exitCode), new Cause(arguments));
  }

  private void addBatch(String when, String text, int exitCode, Path file, Path out) {
    causes.put(
        new Message(when, "`batch`, `collect`", text, exitCode),
        new Cause(List.of("batch", file.toString(), "--out", out.toString())));
  }

  private Path file(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content);
  }

  private static String body(String text) {
    return BODY.formatted(text);
  }

  private static String line(String id, String body) {
    return LINE.formatted(id, body.strip());
  }
}
