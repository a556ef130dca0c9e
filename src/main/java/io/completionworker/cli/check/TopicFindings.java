// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.check;

import io.completionworker.cli.topics.TopicCheck;
import io.completionworker.cli.topics.Topics;
import io.completionworker.config.WorkerSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is to be said of each topic: is it there, is it large enough, do its partitions fit. */
final class TopicFindings {

  private final String requests;
  private final Topics.@Nullable Existing requestTopic;
  private final int neededBytes;

  private TopicFindings(String requests, Topics.@Nullable Existing requestTopic, int neededBytes) {
    this.requests = requests;
    this.requestTopic = requestTopic;
    this.neededBytes = neededBytes;
  }

  /** The topics that matter, the changelogs last. */
  static List<String> names(WorkerSettings settings) {
    List<String> names = new ArrayList<>();
    names.add(settings.topics().requests());
    names.addAll(settings.topics().outputs());
    names.addAll(TopicCheck.changelogs(settings));
    return names;
  }

  /** One finding for each topic. */
  static List<Finding> of(WorkerSettings settings, Map<String, Topics.Existing> existing) {
    String requests = settings.topics().requests();
    List<String> changelogs = TopicCheck.changelogs(settings);
    TopicFindings findings =
        new TopicFindings(requests, existing.get(requests), settings.async().maxMessageBytes());
    return names(settings).stream()
        .map(
            name ->
                changelogs.contains(name)
                    ? findings.changelog(name, existing.get(name))
                    : findings.topic(name, existing.get(name)))
        .toList();
  }

  private Finding topic(String name, Topics.@Nullable Existing topic) {
    String about = "topic " + name;
    if (topic == null) {
      return Finding.fail(about, "is missing; make it with `completion-worker topics`");
    }
    if (name.equals(requests)) {
      return Finding.ok(about, partitions(topic));
    }
    Finding bytes = bytes(about, topic);
    if (requestTopic == null || topic.partitions() >= requestTopic.partitions()) {
      return bytes;
    }
    String few =
        "%s, fewer than the %d of %s: several of those share one here; `completion-worker topics --alter` adds partitions"
            .formatted(partitions(topic), requestTopic.partitions(), requests);
    return bytes.failed()
        ? Finding.fail(about, few + "; and " + bytes.text())
        : Finding.warn(about, few);
  }

  private Finding changelog(String name, Topics.@Nullable Existing topic) {
    String about = "changelog " + name;
    if (topic == null) {
      return Finding.ok(about, "is not there yet; Kafka Streams makes it at the first start");
    }
    if (requestTopic != null && topic.partitions() != requestTopic.partitions()) {
      return Finding.fail(
          about,
          TopicCheck.partitionFault(requests, requestTopic.partitions(), name, topic.partitions()));
    }
    return bytes(about, topic);
  }

  private Finding bytes(String about, Topics.Existing topic) {
    if (topic.maxMessageBytes().isEmpty()) {
      return Finding.warn(
          about, "max.message.bytes may not be read; it must be " + neededBytes + " or more");
    }
    int bytes = topic.maxMessageBytes().get();
    return bytes < neededBytes
        ? Finding.fail(
            about,
            "max.message.bytes is "
                + bytes
                + "; set it to "
                + neededBytes
                + " or more, as `completion-worker topics --alter` does, or lower"
                + " async.max.record.bytes")
        : Finding.ok(about, partitions(topic) + ", max.message.bytes " + bytes);
  }

  private static String partitions(Topics.Existing topic) {
    return topic.partitions() + (topic.partitions() == 1 ? " partition" : " partitions");
  }
}
