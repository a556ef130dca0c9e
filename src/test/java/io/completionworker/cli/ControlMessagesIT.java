// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.demo.EmbeddedBroker;
import io.completionworker.fixtures.SharedBroker;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Causes what commands say when a control cannot be made or withdrawn. */
class ControlMessagesIT extends SayingCli {

  private final EmbeddedBroker broker = SharedBroker.borrow();

  @BeforeEach
  void useTheBroker() {
    broker.createTopic("completion-controls", 1, Map.of("cleanup.policy", "compact"));
    environment.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
    environment.put("SCHEMA_REGISTRY_URL", "mock://control-messages");
    environment.put("VALUE_FORMAT", "json");
  }

  @AfterEach
  void giveTheBrokerBack() {
    SharedBroker.giveBack(broker);
  }

  @Test
  @Tag("long")
  void shouldSayWhatThePageSays() {
    assertThat(execute("control", "cancel", "--everything", "--id", "stop")).isZero();
    List<Said> said =
        List.of(
            new Said(
                "No request is selected",
                "control cancel",
                Map.of(),
                "Nothing is selected; give --request, --batch, --trace, --user, --virtual-key,"
                    + " --model, --metadata or --everything; see `completion-worker control cancel"
                    + " --help`",
                2),
            new Said(
                "A variable of a script is not set",
                "control pause --batch=",
                Map.of(),
                "--batch is empty; see `completion-worker control pause --help`",
                2),
            new Said(
                "No limit is given",
                "control limit --model m",
                Map.of(),
                "No limit is given, such as --requests-per-minute or --max-in-flight; see"
                    + " `completion-worker control limit --help`",
                2),
            new Said(
                "A limit is out of range",
                "control limit --everything --max-in-flight 0",
                Map.of(),
                "--max-in-flight: '0' is not allowed; allowed: <what is>; see `completion-worker"
                    + " control limit --help`",
                2),
            new Said(
                "The topic is missing",
                "control list",
                Map.of("TOPICS_CONTROLS", "no-controls"),
                "Missing topics: <name>; make them with `completion-worker topics`",
                1),
            new Said(
                "No broker answers",
                "batch cancel b",
                Map.of("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1"),
                "No answer from the brokers at <brokers> within 7 s; see kafka.bootstrap.servers and"
                    + " kafka.security.protocol",
                1),
            new Said(
                "The registry refuses the schema, or does not answer",
                "control cancel --batch b",
                Map.of("VALUE_FORMAT", "avro", "AUTO_REGISTER_SCHEMAS", "false"),
                "The control was not written: <error of the registry>",
                1),
            new Said(
                "There is no pause of the same requests",
                "control resume --batch b-7",
                Map.of(),
                "There is no pause of <what>; see `completion-worker control list`",
                1),
            new Said(
                "There is no control of this id",
                "control withdraw none",
                Map.of(),
                "There is no control <id>; see `completion-worker control list`",
                1),
            new Said(
                "The control of this id is no pause",
                "control resume --id stop",
                Map.of(),
                "<id> is no pause; `completion-worker control withdraw` withdraws it",
                1));
    verify("Controls", said);
  }
}
