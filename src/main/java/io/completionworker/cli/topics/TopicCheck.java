package io.completionworker.cli.topics;

import io.completionworker.config.TopicsConfig;
import io.completionworker.config.WorkerSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What keeps a worker from starting: topics that are missing, or too small for its records. Without
 * this, a missing topic would end a stream thread, and one that is too small would kill one thread
 * after the other.
 */
public final class TopicCheck {

  private TopicCheck() {}

  /**
   * Looks at the topics that the worker reads and writes.
   *
   * @throws TopicsException with everything that is wrong, in one line
   */
  public static void verify(WorkerSettings settings, Topics topics) throws InterruptedException {
    TopicsConfig names = settings.topics();
    List<String> outputs = names.outputs();
    List<String> all = new ArrayList<>(outputs);
    all.add(0, names.requests());
    String changelog = changelog(settings);
    List<String> looked = new ArrayList<>(all);
    looked.add(changelog);
    Map<String, Topics.Existing> existing = topics.describe(looked);
    List<String> missing = all.stream().filter(name -> !existing.containsKey(name)).toList();
    if (!missing.isEmpty()) {
      throw new TopicsException(
          "Missing topics: "
              + String.join(", ", missing)
              + "; make them with `completion-worker topics`");
    }
    int needed = settings.async().maxMessageBytes();
    // Kafka Streams makes the changelog, but does not alter one that is there.
    List<String> written = new ArrayList<>(outputs);
    written.add(changelog);
    List<String> small =
        written.stream().filter(name -> tooSmall(existing.get(name), needed)).toList();
    if (!small.isEmpty()) {
      throw new TopicsException(
          "Topics too small for records of async.max.record.bytes: "
              + String.join(", ", small)
              + "; set their max.message.bytes to "
              + needed
              + " or more, or lower async.max.record.bytes");
    }
  }

  /** The topic behind the store, by the name that Kafka Streams gives it. */
  public static String changelog(WorkerSettings settings) {
    return settings.kafka().get("application.id") + "-pending-changelog";
  }

  private static boolean tooSmall(Topics.@Nullable Existing topic, int needed) {
    return topic != null && topic.maxMessageBytes().map(bytes -> bytes < needed).orElse(false);
  }
}
