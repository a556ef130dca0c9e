package io.completionworker.cli.check;

import io.completionworker.avro.CompletionFailure;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.UsageWindow;
import io.completionworker.config.RegistryConfig;
import io.completionworker.config.TopicsConfig;
import io.completionworker.config.ValuesConfig;
import io.completionworker.config.WorkerSettings;
import io.completionworker.serde.AvroSerdes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;

/** The schema registry: does it answer, does it take the credentials, are the schemas there. */
record RegistryCheck(WorkerSettings settings, Duration timeout, Function<Throwable, String> words)
    implements Callable<List<Finding>> {

  private static final String ABOUT = "registry";

  @Override
  public List<Finding> call() {
    try {
      return List.of(look());
    } catch (KafkaException e) {
      String see = "; see schema.registry.url, basic.auth.* and bearer.auth.*";
      return List.of(Finding.fail(ABOUT, words.apply(e) + see));
    }
  }

  private Finding look() {
    if (settings.values().format() == ValuesConfig.Format.JSON) {
      return Finding.ok(ABOUT, "not needed: value.format is json");
    }
    RegistryConfig registry = settings.registry();
    Map<String, String> patience = new HashMap<>(registry.settings());
    patience.put(RegistryConfig.READ_TIMEOUT_CONFIG, Long.toString(timeout.toMillis()));
    AvroSerdes serdes = new AvroSerdes(patience, registry.serdeClass());
    if (!serdes.canAsk()) {
      return Finding.warn(
          ABOUT, "not asked: only " + registry.serdeClass() + " itself has its client");
    }
    if (registry.settings().getOrDefault(RegistryConfig.URL_CONFIG, "").startsWith("mock:")) {
      return Finding.warn(
          ABOUT, "in the memory of the process; set schema.registry.url for more than a trial");
    }
    return found(serdes);
  }

  private Finding found(AvroSerdes serdes) {
    TopicsConfig topics = settings.topics();
    boolean requests = serdes.newestId(topics.requests(), CompletionRequest.class).isPresent();
    List<String> missing = new ArrayList<>();
    if (serdes.newestId(topics.responses(), CompletionResponse.class).isEmpty()) {
      missing.add(topics.responses());
    }
    if (serdes.newestId(topics.usage(), CompletionUsage.class).isEmpty()) {
      missing.add(topics.usage());
    }
    if (serdes.newestId(topics.failures(), CompletionFailure.class).isEmpty()) {
      missing.add(topics.failures());
    }
    if (!settings.usageWindows().length().isZero()
        && serdes.newestId(topics.usageWindows(), UsageWindow.class).isEmpty()) {
      missing.add(topics.usageWindows());
    }
    if (!missing.isEmpty() && !registers()) {
      return Finding.fail(
          ABOUT,
          "has no schema for "
              + String.join(", ", missing)
              + ", and auto.register.schemas is false: register them from avro/, or set it to true");
    }
    return Finding.ok(
        ABOUT,
        "answers; the schema of requests is "
            + (requests ? "there" : "not there yet")
            + ", those of the outputs are "
            + (missing.isEmpty() ? "there" : "registered with the first outcomes"));
  }

  private boolean registers() {
    String given = settings.registry().settings().get(RegistryConfig.AUTO_REGISTER_CONFIG);
    return given == null || Boolean.parseBoolean(given.strip());
  }
}
