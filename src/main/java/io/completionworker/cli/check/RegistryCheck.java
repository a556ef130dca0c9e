// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.check;

import io.completionworker.cli.check.Checks.Finding;
import io.completionworker.cli.topics.TopicSchema;
import io.completionworker.config.RegistryConfig;
import io.completionworker.config.ValuesConfig;
import io.completionworker.config.WorkerSettings;
import io.completionworker.serde.AvroSerde;
import io.completionworker.serde.AvroSerdes;
import io.completionworker.serde.RegisteredSchemas;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;

/**
 * Checks the schema registry: whether it answers and accepts the credentials, whether the schemas
 * are registered, and whether the worker can read and write with the registered versions.
 */
record RegistryCheck(WorkerSettings settings, Duration timeout, Function<Throwable, String> words)
    implements Callable<List<Finding>> {

  private static final String ABOUT = "registry";
  private static final String REMOVE_JAVA = "avro.remove.java.properties";
  private static final String SECOND_VERSION =
      "; set "
          + REMOVE_JAVA
          + "=true there, or auto.register.schemas=false and use.latest.version=true";

  @Override
  public List<Finding> call() {
    try {
      return look();
    } catch (KafkaException e) {
      return List.of(Finding.fail(ABOUT, words.apply(e) + RegistryConfig.SEE));
    }
  }

  private List<Finding> look() {
    if (settings.values().format() == ValuesConfig.Format.JSON) {
      return List.of(Finding.ok(ABOUT, "not needed: value.format is json"));
    }
    RegistryConfig registry = settings.registry();
    Map<String, String> patience = new HashMap<>(registry.settings());
    patience.put(RegistryConfig.READ_TIMEOUT_CONFIG, Long.toString(timeout.toMillis()));
    AvroSerdes serdes = new AvroSerdes(patience, registry.serdeClass()); // fails where `run` would
    if (patience.getOrDefault(RegistryConfig.URL_CONFIG, "").startsWith("mock:")) {
      return List.of(
          Finding.warn(
              ABOUT,
              "in the memory of the process; set schema.registry.url for more than a trial"));
    }
    RegisteredSchemas schemas;
    try {
      schemas = new RegisteredSchemas(patience);
    } catch (ConfigException e) {
      String why = registry.serdeClass() + " may know how, the client of this command does not: ";
      return List.of(Finding.warn(ABOUT, "not asked: " + why + words.apply(e)));
    }
    List<Finding> findings = new ArrayList<>(found(schemas));
    if (registersJavaMarks(serdes, schemas)) {
      findings.add(
          Finding.warn(
              ABOUT,
              registry.serdeClass()
                  + " registers the schemas of generated classes, with avro.java.string, beside"
                  + " those without"
                  + SECOND_VERSION));
    }
    return findings;
  }

  private boolean registersJavaMarks(AvroSerdes serdes, RegisteredSchemas schemas) {
    return !settings.registry().serdeClass().equals(AvroSerde.class.getName())
        && schemas.registers()
        && !serdes.removesJavaProperties();
  }

  private List<Finding> found(RegisteredSchemas registry) {
    List<Finding> more = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    boolean requestsThere = true;
    for (TopicSchema schema : used(registry)) {
      Optional<RegisteredSchemas.Version> newest = registry.newest(schema.topic(), schema.record());
      if (isRequests(schema)) {
        requestsThere &= newest.isPresent();
      } else if (isMissing(registry, schema, newest)) {
        missing.add(schema.topic());
      }
      newest.ifPresent(version -> more.addAll(compared(registry, schema, version)));
    }
    more.add(0, summary(registry, requestsThere, missing));
    return more;
  }

  /**
   * Returns the schemas that the worker reads or writes, each subject once. The schema of the usage
   * windows is among them only when windows are configured.
   */
  private Collection<TopicSchema> used(RegisteredSchemas registry) {
    boolean windows = !settings.usageWindows().length().isZero();
    String windowTopic = settings.topics().usageWindows();
    Map<String, TopicSchema> bySubject = new LinkedHashMap<>();
    TopicSchema.of(settings).stream()
        .filter(schema -> windows || !schema.topic().equals(windowTopic))
        .forEach(schema -> bySubject.putIfAbsent(schema.subject(registry), schema));
    return bySubject.values();
  }

  private boolean isRequests(TopicSchema schema) {
    return settings.requestTopics().contains(schema.topic());
  }

  private boolean isControls(TopicSchema schema) {
    return schema.topic().equals(settings.topics().controls());
  }

  private static boolean isMissing(
      RegisteredSchemas registry, TopicSchema schema, Optional<RegisteredSchemas.Version> newest) {
    return newest.isEmpty()
        || (registry.looksUp() && registry.find(schema.topic(), schema.record()).isEmpty());
  }

  private static Finding summary(
      RegisteredSchemas registry, boolean requestsThere, List<String> missing) {
    if (!missing.isEmpty() && !registry.registers()) {
      return Finding.fail(
          ABOUT,
          "has no schema of this release for "
              + String.join(", ", missing)
              + ", and auto.register.schemas is false: register them with `completion-worker"
              + " schemas register`, or set it to true");
    }
    return Finding.ok(
        ABOUT,
        "answers; the schema of requests is "
            + (requestsThere ? "there" : "not there yet")
            + ", those of outputs and controls are "
            + (missing.isEmpty() ? "there" : "registered with their first records"));
  }

  /** Reports what the newest version of a subject means for what the worker reads and writes. */
  private List<Finding> compared(
      RegisteredSchemas registry, TopicSchema schema, RegisteredSchemas.Version newest) {
    String about = "schema " + schema.subject(registry);
    String version = "version " + newest.version() + " (id " + newest.id() + ") ";
    List<Finding> findings = new ArrayList<>();
    if (newest.marked()) {
      findings.add(
          Finding.warn(
              about,
              version
                  + "has avro.java.string: a Java program registers the schema of its generated"
                  + " class"
                  + SECOND_VERSION));
    }
    if (isRequests(schema)) {
      unreadable(newest, "go to the dead letters")
          .ifPresent(fault -> findings.add(Finding.warn(about, version + fault)));
    } else {
      if (isControls(schema)) {
        unreadable(newest, "are ignored")
            .ifPresent(fault -> findings.add(Finding.warn(about, version + fault)));
      }
      objection(registry, schema, newest)
          .ifPresent(fault -> findings.add(Finding.fail(about, version + fault)));
    }
    return findings;
  }

  private static Optional<String> unreadable(RegisteredSchemas.Version newest, String fate) {
    return newest.unreadable().stream()
        .findFirst()
        .map(fault -> "cannot be read here, its records " + fate + ": " + fault);
  }

  private static Optional<String> objection(
      RegisteredSchemas registry, TopicSchema schema, RegisteredSchemas.Version newest) {
    if (registry.writesNewest()) {
      return newest.unwritable().stream()
          .findFirst()
          .map(fault -> "cannot take what is written here: " + fault);
    }
    if (!registry.registers() || registry.find(schema.topic(), schema.record()).isPresent()) {
      return Optional.empty();
    }
    List<String> objections = registry.objections(schema.topic(), schema.record());
    return objections.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "is not compatible with the schema of this release, which the registry would refuse: "
                + String.join("; ", objections));
  }
}
