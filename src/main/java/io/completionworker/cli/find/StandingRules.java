// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.find;

import com.fasterxml.jackson.databind.JsonNode;
import io.completionworker.cli.records.Positions;
import io.completionworker.cli.tail.Role;
import io.completionworker.cli.tail.SeenRecord;
import io.completionworker.cli.topics.BrokerGroup;
import io.completionworker.cli.topics.BrokerTopics;
import io.completionworker.cli.topics.TopicsException;
import io.completionworker.completion.RecordPosition;
import io.completionworker.config.WorkerSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/** What follows from the records of a request: its outcome, or where it waits. */
final class StandingRules {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private StandingRules() {}

  static RequestHistory.Standing of(
      WorkerSettings settings, String requestId, List<RequestHistory.Found> found)
      throws InterruptedException {
    long requests = count(found, Role.REQUESTS);
    long outcomes =
        count(found, Role.RESPONSES)
            + count(found, Role.FAILURES)
            + count(found, Role.DEAD_LETTERS);
    Optional<SeenRecord> response = last(found, Role.RESPONSES);
    Optional<SeenRecord> failure = last(found, Role.FAILURES);
    if (outcomes < requests) {
      return open(settings, last(found, Role.REQUESTS).orElseThrow());
    }
    if (response.isPresent()) {
      return standing(
          RequestHistory.State.ANSWERED,
          "Answered" + attempts(found) + "; the response is " + response.get().position());
    }
    if (failure.isPresent()) {
      return failed(failure.get().value(), attempts(found));
    }
    if (outcomes > 0) {
      return standing(
          RequestHistory.State.DEAD_LETTER,
          "A dead letter: its value cannot be decoded; the line above says why. When the cause is"
              + " mended, `completion-worker redrive --dead-letters` sends it again");
    }
    if (count(found, Role.USAGE) > 0) {
      return standing(
          RequestHistory.State.PENDING,
          "It was called, and there is no outcome yet; its request record has been deleted");
    }
    return standing(
        RequestHistory.State.NOT_FOUND,
        "There is no record of "
            + requestId
            + ": it was never published, is older than --from,"
            + " or the topics' retention has deleted it");
  }

  private static RequestHistory.Standing failed(JsonNode failure, String attempts) {
    String reason = failure.path("reason").asText();
    String advice =
        failure.path("retryable").asBoolean()
            ? "; it may succeed later: `completion-worker redrive --reason " + reason + "`"
            : "; sent again as it is, it would fail again";
    return standing(
        RequestHistory.State.FAILED,
        "Failed: " + reason + attempts + advice + ". docs: operations, failure reasons");
  }

  /** It has no outcome: nobody has read it, or it waits in a worker, or is called now. */
  private static RequestHistory.Standing open(WorkerSettings settings, SeenRecord request)
      throws InterruptedException {
    RecordPosition position = Positions.of(request.found());
    try (BrokerTopics brokers = BrokerTopics.connect(settings.kafka(), PATIENCE)) {
      BrokerGroup group = brokers.group(settings.group(), position.topic());
      long committed = committed(brokers, group, position);
      int members = group.members();
      String worker = members == 0 ? " No worker is in group " + settings.group() + " now." : "";
      if (committed <= position.offset()) {
        return standing(
            RequestHistory.State.UNREAD,
            "No worker has read it yet: about %d records of its partition come before it.%s"
                .formatted(position.offset() - committed, worker));
      }
      return standing(
          RequestHistory.State.PENDING,
          "A worker has taken it, and it has no outcome yet: it waits for its turn, or is called"
              + " now. The status page and /health/ready say what holds requests back."
              + worker);
    } catch (TopicsException e) {
      return standing(
          RequestHistory.State.PENDING,
          "It has no outcome yet, and the group cannot be asked whether a worker has read it: "
              + e.getMessage());
    }
  }

  private static long committed(BrokerTopics brokers, BrokerGroup group, RecordPosition position)
      throws InterruptedException {
    Integer partitions = brokers.partitions(List.of(position.topic())).get(position.topic());
    return group
        .committedPosition(partitions == null ? 0 : partitions)
        .reached()
        .getOrDefault(new TopicPartition(position.topic(), position.partition()), 0L);
  }

  private static String attempts(List<RequestHistory.Found> found) {
    long calls = count(found, Role.USAGE);
    return calls == 0
        ? ""
        : ", with " + calls + (calls == 1 ? " call" : " calls") + " in the usage topic";
  }

  private static long count(List<RequestHistory.Found> found, Role role) {
    return found.stream().filter(one -> one.role() == role).count();
  }

  private static Optional<SeenRecord> last(List<RequestHistory.Found> found, Role role) {
    return found.stream()
        .filter(one -> one.role() == role)
        .map(RequestHistory.Found::seen)
        .reduce((earlier, later) -> later);
  }

  private static RequestHistory.Standing standing(RequestHistory.State state, String words) {
    return new RequestHistory.Standing(state, words);
  }
}
