// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import java.util.Map;

/**
 * All settings, checked and immutable.
 *
 * @param kafka settings of Kafka's own clients: the keys under {@code kafka.} without that prefix
 */
public record WorkerSettings(
    TopicsConfig topics,
    StartConfig start,
    GatewayConfig gateway,
    AsyncConfig async,
    FairnessConfig fairness,
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
    UsageWindowConfig usageWindows,
    Map<String, String> kafka) {

  /**
   * Returns the consumer group that the instances of a worker share: {@code kafka.application.id}.
   */
  public String group() {
    return kafka.getOrDefault("application.id", "");
  }

  /** Shows the group only, because Kafka's settings contain passwords. */
  @Override
  public String toString() {
    return "WorkerSettings[" + group() + "]";
  }
}
