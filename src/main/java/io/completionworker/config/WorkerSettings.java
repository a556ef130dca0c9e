// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.ClassesConfig.RequestClass;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All settings, checked and immutable.
 *
 * @param kafka settings of Kafka's own clients: the keys under {@code kafka.} without that prefix
 */
public record WorkerSettings(
    TopicsConfig topics,
    ClassesConfig classes,
    StartConfig start,
    GatewayConfig gateway,
    AsyncConfig async,
    FairnessConfig fairness,
    TierConfig tiers,
    CacheConfig cache,
    DedupeConfig dedupe,
    PromptCacheConfig promptCache,
    RetryConfig retry,
    HoldConfig hold,
    StreamConfig stream,
    RateLimitConfig rateLimit,
    BreakerConfig breaker,
    ShutdownConfig shutdown,
    ManagementConfig management,
    MetricsConfig metrics,
    ValuesConfig values,
    RegistryConfig registry,
    RecordsConfig records,
    UsageCostConfig usageCost,
    BudgetConfig budgets,
    UsageWindowConfig usageWindows,
    Map<String, String> kafka) {

  private static final String APPLICATION_ID = "application.id";
  private static final String CLIENT_ID = "client.id";

  /**
   * Returns the consumer group that the instances of a worker share: {@code kafka.application.id}.
   */
  public String group() {
    return kafka.getOrDefault(APPLICATION_ID, "");
  }

  /**
   * Returns the settings as they are for one class of requests: with its request topic, its group
   * and the name of its Kafka clients. Those of a worker without classes, and of the class that
   * reads {@code topics.requests} itself, are the same as these.
   */
  public WorkerSettings of(RequestClass requests) {
    if (requests.main()) {
      return this;
    }
    Map<String, String> own = new HashMap<>(kafka);
    own.put(APPLICATION_ID, requests.partOf(group()));
    own.computeIfPresent(CLIENT_ID, (key, name) -> requests.partOf(name));
    return new WorkerSettings(
        topics.requests(requests.partOf(topics.requests())),
        classes,
        start,
        gateway,
        async,
        fairness,
        tiers,
        cache,
        dedupe,
        promptCache,
        retry,
        hold,
        stream,
        rateLimit,
        breaker,
        shutdown,
        management,
        metrics,
        values,
        registry,
        records,
        usageCost,
        budgets,
        usageWindows,
        Map.copyOf(own));
  }

  /** Returns the settings of every class of requests, the most urgent first. */
  public List<WorkerSettings> ofEachClass() {
    return classes.all().stream().map(this::of).toList();
  }

  /** Returns the topics that requests are read from, that of the most urgent class first. */
  public List<String> requestTopics() {
    return ofEachClass().stream().map(one -> one.topics.requests()).toList();
  }

  /** Returns the topics that have to be there before a worker starts, those of requests first. */
  public List<String> allTopics() {
    return Stream.of(requestTopics(), topics.outputs(), compactedTopics())
        .flatMap(List::stream)
        .toList();
  }

  /** Returns the topics of which the last record of each key is needed for good. */
  public List<String> compactedTopics() {
    return budgets.on() ? List.of(topics.controls(), topics.spend()) : List.of(topics.controls());
  }

  /** Returns the class that reads this topic; empty if none does. */
  public Optional<RequestClass> classOf(String topic) {
    return classes.all().stream()
        .filter(one -> topic.equals(one.partOf(topics.requests())))
        .findFirst();
  }

  /** Shows the group only, because Kafka's settings contain passwords. */
  @Override
  public String toString() {
    return "WorkerSettings[" + group() + "]";
  }
}
