// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.completionworker.demo.endpoint.Behaviour;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a process writes to its log, from its start to its end. */
class LogIT {

  private static final Duration LONG = Duration.ofMinutes(2);

  @Test
  @Tag("long")
  void shouldWriteJsonAloneOneLineAnEvent() {
    ObjectMapper mapper = new ObjectMapper();
    Map<String, String> environment = Map.of("LOG_FORMAT", "json", "LOG_LEVEL", "DEBUG");
    try (Stand stand = new Stand(Behaviour.instant(), 2);
        Outcomes outcomes = new Outcomes(stand);
        WorkerProcess worker = new WorkerProcess(stand, Map.of(), environment)) {
      stand.publish(0, 10, 2);
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == 10);

      assertThat(worker.stop()).as(worker::output).isZero();

      List<String> lines = worker.output().lines().toList();
      assertThat(lines)
          .allSatisfy(
              line -> {
                JsonNode event = mapper.readTree(line);
                assertThat(event.fieldNames())
                    .toIterable()
                    .contains("timestamp", "level", "loggerName", "threadName", "formattedMessage");
              })
          .anyMatch(line -> line.contains("Kafka Streams is RUNNING"))
          .noneMatch(line -> line.contains("Say hello"));
      assertThat(lines)
          .filteredOn(line -> line.contains(" was answered"))
          .hasSizeGreaterThanOrEqualTo(10)
          .allSatisfy(
              line -> {
                JsonNode about = mapper.readTree(line).get("mdc");
                assertThat(about.get("trace_id").asText()).matches("[0-9a-f]{32}");
                assertThat(about.get("span_id").asText()).matches("[0-9a-f]{16}");
              });
      assertThat(lines).filteredOn(line -> line.contains("\"INFO\"")).hasSizeLessThan(20);
    }
  }
}
