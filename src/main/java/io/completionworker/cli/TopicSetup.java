package io.completionworker.cli;

import io.completionworker.cli.topics.Topics;
import io.completionworker.cli.topics.TopicsException;
import io.completionworker.config.WorkerSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The topics of the worker: which are needed, how large, and what is wrong with those there. */
final class TopicSetup {

  private static final int DEFAULT_PARTITIONS = 6;

  private final String requests;
  private final List<String> outputs;
  private final int maxMessageBytes;
  private final Optional<Integer> partitions;
  private final short replicationFactor;
  private final boolean dryRun;
  private final List<String> problems = new ArrayList<>();

  TopicSetup(
      WorkerSettings settings,
      Optional<Integer> partitions,
      short replicationFactor,
      boolean dryRun) {
    this.requests = settings.topics().requests();
    this.outputs = settings.topics().outputs();
    this.maxMessageBytes = settings.async().maxMessageBytes();
    this.partitions = partitions;
    this.replicationFactor = replicationFactor;
    this.dryRun = dryRun;
  }

  /**
   * Makes what is missing, checks what is there, and prints a line for each topic.
   *
   * @return what keeps the worker from working
   */
  List<String> apply(Topics topics, Consumer<String> print) throws InterruptedException {
    List<String> names = new ArrayList<>(outputs);
    names.add(0, requests);
    Map<String, Topics.Existing> existing = topics.describe(names);
    Topics.Existing requestTopic = existing.get(requests);
    int count =
        partitions.orElse(requestTopic == null ? DEFAULT_PARTITIONS : requestTopic.partitions());
    int requestPartitions = requestTopic == null ? count : requestTopic.partitions();
    for (String name : names) {
      Topics.Existing topic = existing.get(name);
      print.accept(
          topic == null
              ? create(topics, name, count)
              : name + ": exists, " + check(name, topic, requestPartitions));
    }
    return List.copyOf(problems);
  }

  private String create(Topics topics, String name, int count) throws InterruptedException {
    try {
      topics.create(new Topics.Wanted(name, count, replicationFactor, maxMessageBytes), dryRun);
      String done = dryRun ? ": would be created, " : ": created, ";
      return name + done + described(count) + ", max.message.bytes " + maxMessageBytes;
    } catch (TopicsException e) {
      problems.add(name + " could not be created: " + FailureLines.line(e));
      return name + ": could not be created";
    }
  }

  private String check(String name, Topics.Existing topic, int requestPartitions) {
    StringBuilder line = new StringBuilder(described(topic.partitions()));
    if (topic.partitions() < requestPartitions) {
      line.append(" (").append(requests).append(" has ").append(requestPartitions);
      line.append(": several of its partitions share one here)");
    }
    if (topic.maxMessageBytes().isEmpty()) {
      return line.append(", max.message.bytes may not be read").toString();
    }
    int bytes = topic.maxMessageBytes().get();
    line.append(", max.message.bytes ").append(bytes);
    if (bytes < maxMessageBytes && name.equals(requests)) {
      line.append(" (the worker would take ").append(maxMessageBytes).append(")");
    } else if (bytes < maxMessageBytes) {
      line.append(" is too small, needed are ").append(maxMessageBytes);
      problems.add(name + " needs max.message.bytes=" + maxMessageBytes + " and has " + bytes);
    }
    return line.toString();
  }

  private static String described(int count) {
    return count + (count == 1 ? " partition" : " partitions");
  }
}
