// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.cli.control.AppliedControls;
import io.completionworker.cli.records.ValueDecoder.RecordFields;
import io.completionworker.cli.topics.BrokerGroup;
import io.completionworker.cli.topics.BrokerTopics;
import io.completionworker.cli.topics.Instances;
import io.completionworker.cli.topics.Topics.TopicsException;
import io.completionworker.cli.view.SeenRecord.Role;
import io.completionworker.completion.PrintableText;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.config.WorkerSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The records of a request in the order of their times, and its state.
 *
 * @param className the class of the request; empty if it is not known, or if there is only one
 * @param controls the cancellations and pauses that select the request
 * @param notices what could not be compared with the request
 */
public record RequestHistory(
    String requestId,
    List<Found> records,
    Standing standing,
    Optional<String> className,
    AppliedControls controls,
    List<String> notices) {

  /** A record that belongs to the request. */
  public record Found(Role role, SeenRecord seen) {

    /**
     * Returns the topic that the request was published on; empty if this record does not say it.
     */
    Optional<String> requestTopic() {
      return switch (role) {
        case REQUESTS -> Optional.of(seen.found().topic());
        case FAILURES -> Optional.ofNullable(seen.value().path("source_topic").textValue());
        case DEAD_LETTERS -> RecordFields.source(seen.found().headers()).map(RecordPosition::topic);
        default -> Optional.empty();
      };
    }
  }

  /** The state of a request. */
  public enum State {
    ANSWERED,
    FAILED,
    /** The request cannot be decoded, or can get no other outcome. */
    DEAD_LETTER,
    /** A worker has read the request, and it has no outcome yet. */
    PENDING,
    /** No worker has read the request yet. */
    UNREAD,
    NOT_FOUND
  }

  /**
   * The state, and what it means.
   *
   * @param words explanation of the state, and what to do
   * @param place what the instance says that has the request; null if none was found or asked
   */
  public record Standing(State state, String words, @Nullable JsonNode place) {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final String TAKEN = "A worker has taken it, and it has no outcome yet: ";

    /** The failure reason of requests that an operator has cancelled. */
    private static final String CANCELLED = "CANCELLED";

    /** Creates a state of a request that no instance was asked about. */
    Standing(State state, String words) {
      this(state, words, null);
    }

    /** Concludes from the records whether the request has its outcome, or where it waits. */
    static Standing of(
        WorkerSettings settings, Instances instances, String requestId, List<Found> found)
        throws InterruptedException {
      long requests = count(found, Role.REQUESTS);
      long outcomes =
          count(found, Role.RESPONSES)
              + count(found, Role.FAILURES)
              + count(found, Role.DEAD_LETTERS);
      Optional<SeenRecord> response = last(found, Role.RESPONSES);
      Optional<SeenRecord> failure = last(found, Role.FAILURES);
      if (outcomes < requests) {
        return open(settings, instances, last(found, Role.REQUESTS).orElseThrow());
      }
      if (response.isPresent()) {
        return new Standing(
            State.ANSWERED,
            "Answered" + attempts(found) + "; the response is " + response.get().position());
      }
      if (failure.isPresent()) {
        return failed(failure.get().value(), attempts(found));
      }
      if (outcomes > 0) {
        return new Standing(
            State.DEAD_LETTER,
            "A dead letter: it cannot be decoded, or it can get no other outcome; the line above says"
                + " why. When the cause is mended, `completion-worker redrive --dead-letters` sends it"
                + " again");
      }
      if (count(found, Role.USAGE) > 0) {
        return new Standing(
            State.PENDING,
            "It was called, and there is no outcome yet; its request record has been deleted");
      }
      return new Standing(
          State.NOT_FOUND,
          "There is no record of "
              + requestId
              + ": it was never published, is older than --from,"
              + " or the topics' retention has deleted it");
    }

    private static Standing failed(JsonNode failure, String attempts) {
      String reason = failure.path("reason").asText();
      String redrive = "`completion-worker redrive --reason " + reason + "`";
      String advice =
          failure.path("retryable").asBoolean()
              ? "; it may succeed later: " + redrive
              : "; sent again as it is, it would fail again";
      if (reason.equals(CANCELLED)) {
        String message = PrintableText.of(failure.path("message").asText());
        advice = "; " + message + "; to send it again: " + redrive;
      }
      return new Standing(
          State.FAILED,
          "Failed: " + reason + attempts + advice + ". docs: operations, failure reasons");
    }

    /**
     * Returns the state of a request without an outcome: no worker has read it, it waits in a
     * worker, or it is being called.
     */
    private static Standing open(WorkerSettings settings, Instances instances, SeenRecord request)
        throws InterruptedException {
      RecordPosition position = RecordFields.position(request.found());
      Optional<Instances.Place> place = instances.find(position);
      if (place.isPresent()) {
        return new Standing(State.PENDING, TAKEN + place.get().words() + ".", place.get().json());
      }
      try (BrokerTopics brokers = BrokerTopics.connect(settings.kafka(), PATIENCE)) {
        String name = settings.classOf(position.topic()).map(settings::of).orElse(settings).group();
        BrokerGroup group = brokers.group(name, position.topic());
        long committed = committed(brokers, group, position);
        int members = group.members();
        String worker = members == 0 ? " No worker is in group " + name + " now." : "";
        if (committed <= position.offset()) {
          return new Standing(
              State.UNREAD,
              "No worker has read it yet: about %d records of its partition come before it.%s"
                  .formatted(position.offset() - committed, worker));
        }
        return new Standing(
            State.PENDING,
            TAKEN
                + "it waits for its turn, or is called now. The status page and /health/ready say"
                + " what holds requests back."
                + (instances.named()
                    ? " It is not at " + String.join(", ", instances.addresses()) + "."
                    : "")
                + worker);
      } catch (TopicsException e) {
        return new Standing(
            State.PENDING,
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

    private static String attempts(List<Found> found) {
      long calls = count(found, Role.USAGE);
      return calls == 0
          ? ""
          : ", with " + calls + (calls == 1 ? " call" : " calls") + " in the usage topic";
    }

    private static long count(List<Found> found, Role role) {
      return found.stream().filter(one -> one.role() == role).count();
    }

    private static Optional<SeenRecord> last(List<Found> found, Role role) {
      return found.stream()
          .filter(one -> one.role() == role)
          .map(Found::seen)
          .reduce((earlier, later) -> later);
    }
  }

  /** Whether there is any record of the request. */
  public boolean isFound() {
    return standing.state() != State.NOT_FOUND;
  }

  /** Returns the history for people: a line for each record, and the state below them. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (Found found : records) {
      lines.add(found.seen().line(found.role()));
    }
    if (!records.isEmpty()) {
      lines.add("");
    }
    lines.add(standing.words());
    className.ifPresent(name -> lines.add("Its class is " + name + "."));
    switch (standing.state()) {
      case PENDING, UNREAD -> lines.addAll(controls.openRequest());
      case ANSWERED -> lines.addAll(controls.answeredRequest());
      case FAILED, DEAD_LETTER, NOT_FOUND -> {
        // it has ended, or is not known
      }
    }
    return lines;
  }

  /** Returns the history for scripts: one JSON object. */
  public String json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("request_id", requestId);
    json.put("state", standing.state().name().toLowerCase(Locale.ROOT));
    json.put("text", standing.words());
    className.ifPresent(name -> json.put("class", name));
    if (standing.place() != null) {
      json.set("place", standing.place());
    }
    controls.describe(json.putArray("controls"));
    ArrayNode all = json.putArray("records");
    for (Found found : records) {
      all.add(found.seen().json().put("kind", found.role().toString()));
    }
    return json.toString();
  }
}
