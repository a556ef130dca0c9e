// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.topics;

import io.completionworker.avro.CompletionChunk;
import io.completionworker.avro.CompletionControl;
import io.completionworker.avro.CompletionFailure;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.UsageWindow;
import io.completionworker.config.TopicsConfig;
import io.completionworker.config.WorkerSettings;
import io.completionworker.serde.RegisteredSchemas;
import io.completionworker.serde.registry.SubjectRegistry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The schema of a topic's values.
 *
 * @param record the generated class of the values
 */
public record TopicSchema(String topic, Class<?> record) {

  /** The generated classes, in the order of {@link #of}. */
  public static final List<Class<?>> RECORDS =
      List.of(
          CompletionRequest.class,
          CompletionResponse.class,
          CompletionUsage.class,
          CompletionFailure.class,
          CompletionChunk.class,
          UsageWindow.class,
          CompletionControl.class);

  /**
   * Returns every topic that has a schema, those of requests first. Dead letters have none, since
   * they are bytes.
   */
  public static List<TopicSchema> of(WorkerSettings settings) {
    TopicsConfig topics = settings.topics();
    List<TopicSchema> all = new ArrayList<>();
    for (String requests : settings.requestTopics()) {
      all.add(new TopicSchema(requests, CompletionRequest.class));
    }
    all.add(new TopicSchema(topics.responses(), CompletionResponse.class));
    all.add(new TopicSchema(topics.usage(), CompletionUsage.class));
    all.add(new TopicSchema(topics.failures(), CompletionFailure.class));
    all.add(new TopicSchema(topics.chunks(), CompletionChunk.class));
    all.add(new TopicSchema(topics.usageWindows(), UsageWindow.class));
    all.add(new TopicSchema(topics.controls(), CompletionControl.class));
    return List.copyOf(all);
  }

  /** Returns the subject of the topic's values in this registry. */
  public String subject(RegisteredSchemas registry) {
    return registry.subject(topic, record);
  }

  /** Registers the schemas of topics, each under its subject. This can be repeated. */
  public static final class Registration {

    private final RegisteredSchemas registry;
    private final boolean dryRun;

    /**
     * Creates a registration in this registry.
     *
     * @param dryRun whether to print only what would be done
     */
    public Registration(RegisteredSchemas registry, boolean dryRun) {
      this.registry = registry;
      this.dryRun = dryRun;
    }

    /**
     * Registers the missing schemas, and prints a line for each subject. A schema that the registry
     * refuses does not stop the others.
     *
     * @return the subjects whose schemas the registry refused
     */
    public List<String> apply(List<TopicSchema> schemas, Consumer<String> print) {
      List<String> refused = new ArrayList<>();
      Set<String> subjects = new HashSet<>();
      for (TopicSchema schema : schemas) {
        String subject = schema.subject(registry);
        if (!subjects.add(subject)) {
          continue; // request topics share a subject that does not go by the topic
        }
        Optional<RegisteredSchemas.Version> there = registry.find(schema.topic(), schema.record());
        if (there.isPresent()) {
          int id = there.get().id();
          print.accept(subject + ": is registered, " + named(id, there.get().version()));
        } else if (!(dryRun ? propose(schema, subject, print) : register(schema, subject, print))) {
          refused.add(subject);
        }
      }
      return List.copyOf(refused);
    }

    private boolean propose(TopicSchema schema, String subject, Consumer<String> print) {
      List<String> objections = registry.objections(schema.topic(), schema.record());
      print.accept(
          objections.isEmpty()
              ? subject + ": would be registered" + after(schema)
              : subject + ": would be refused: " + String.join("; ", objections));
      return objections.isEmpty();
    }

    private String after(TopicSchema schema) {
      return registry
          .newest(schema.topic(), schema.record())
          .map(newest -> ", after " + named(newest.id(), newest.version()))
          .orElse(", as the first version");
    }

    private boolean register(TopicSchema schema, String subject, Consumer<String> print) {
      SubjectRegistry.Registration outcome = registry.register(schema.topic(), schema.record());
      if (outcome instanceof SubjectRegistry.Registration.Done done) {
        int id = done.version().id();
        print.accept(subject + ": registered, " + named(id, done.version().version()));
        return true;
      }
      String words = ((SubjectRegistry.Registration.Refused) outcome).words();
      print.accept(subject + ": refused: " + words);
      return false;
    }

    private static String named(int id, int version) {
      return "id " + id + ", version " + version;
    }
  }
}
