// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import io.completionworker.cli.topics.TopicCheck;
import io.completionworker.config.ClassesConfig.RequestClass;
import io.completionworker.config.RateLimitConfig;
import io.completionworker.config.WorkerSettings;
import io.completionworker.metrics.Meters;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.DisconnectException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the brokers every two seconds for the offsets of the request topic of one class, of its
 * group and of the changelog. They show which partitions have work, and how much of it is still in
 * the topic.
 *
 * <p>Threads: a daemon thread of its own asks the brokers and reports to the share. The other
 * methods are safe on every thread.
 */
final class WorkObserver implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(WorkObserver.class);

  /** Failures in a row after which a line is logged. Fewer may be the restart of a broker. */
  private static final int FAILURES_TO_TELL = 8;

  /** Periods without a request after so many failures, since Kafka's clients log each failure. */
  private static final int PAUSES = 14;

  /** Looks in between two questions for the oldest records, which change slowly. */
  private static final int OLDEST_EVERY = 4;

  private final String group;
  private final String requests;
  private final String changelog;
  private final Map<String, Object> settings;
  private final InstanceShare share;
  private final InstanceShare.OfClass partitions;
  private final LongSupplier nanos;
  private final DeletedRequests deleted;
  private @Nullable Admin admin;
  private int failures;
  private int pauses;
  private int untilOldest;
  private final ScheduledExecutorService thread;

  /**
   * Creates an observer that asks nothing before it is started.
   *
   * @param settings those of the class
   * @param share its part of the class receives what was found
   * @param nanos monotonic time of the share, in nanoseconds
   * @param meters count requests that were deleted before they were read
   */
  WorkObserver(
      WorkerSettings settings,
      RequestClass requestClass,
      InstanceShare share,
      LongSupplier nanos,
      Meters meters) {
    this.group = settings.group();
    this.requests = settings.topics().requests();
    this.changelog = TopicCheck.changelog(settings);
    this.settings = new HashMap<>(StreamsSettings.admin(settings));
    int timeout = (int) PartitionWork.TIMEOUT.toMillis();
    this.settings.put(
        AdminClientConfig.CLIENT_ID_CONFIG, requestClass.partOf("completion-worker-work"));
    this.settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, timeout);
    this.settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, timeout);
    this.share = share;
    this.partitions = share.of(requestClass.rank());
    this.nanos = nanos;
    this.deleted = new DeletedRequests(requests, lost -> meters.deleted(requestClass.name(), lost));
    this.thread = DaemonThread.named(requestClass.partOf("completion-work"));
  }

  /** Starts to ask the brokers periodically. */
  @SuppressWarnings("FutureReturnValueIgnored") // the task logs its own failures
  void start() {
    long period = PartitionWork.PERIOD.toMillis();
    thread.scheduleWithFixedDelay(this::look, 0, period, TimeUnit.MILLISECONDS);
  }

  private void look() {
    int all = partitions.observed();
    if (all <= 0 || pauses-- > 0) {
      return;
    }
    try {
      long began = nanos.getAsLong();
      partitions.looked(began, offsets(all, began + PartitionWork.TIMEOUT.toNanos()));
      if (failures >= FAILURES_TO_TELL) {
        log.info("The brokers report offsets again; limits and lag are calculated from them again");
      }
      failures = 0;
      pauses = 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      failed(e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e);
    }
  }

  private Map<Integer, PartitionWork.Offsets> offsets(int all, long until)
      throws InterruptedException, ExecutionException, TimeoutException {
    Admin asked = admin();
    Map<Integer, Long> oldest = untilOldest-- > 0 ? Map.of() : oldest(asked, all, until);
    // The group first: a commit in between only makes the lag look larger than it is.
    Map<TopicPartition, OffsetAndMetadata> committed =
        asked
            .listConsumerGroupOffsets(group)
            .partitionsToOffsetAndMetadata()
            .get(until - nanos.getAsLong(), TimeUnit.NANOSECONDS);
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    for (int partition = 0; partition < all; partition++) {
      ends.put(new TopicPartition(requests, partition), OffsetSpec.latest());
      ends.put(new TopicPartition(changelog, partition), OffsetSpec.latest());
    }
    Map<TopicPartition, ListOffsetsResultInfo> found =
        asked.listOffsets(ends).all().get(until - nanos.getAsLong(), TimeUnit.NANOSECONDS);
    Map<Integer, PartitionWork.Offsets> offsets =
        IntStream.range(0, all)
            .boxed()
            .collect(
                Collectors.toMap(number -> number, number -> offsets(number, committed, found)));
    if (!oldest.isEmpty()) {
      untilOldest = OLDEST_EVERY;
      deleted.look(partitions.own(), oldest, offsets);
    }
    return offsets;
  }

  /** Returns the offset of the oldest record of each partition. */
  private Map<Integer, Long> oldest(Admin asked, int all, long until)
      throws InterruptedException, ExecutionException, TimeoutException {
    Map<TopicPartition, OffsetSpec> beginnings = new HashMap<>();
    for (int partition = 0; partition < all; partition++) {
      beginnings.put(new TopicPartition(requests, partition), OffsetSpec.earliest());
    }
    Map<Integer, Long> oldest = new HashMap<>();
    asked
        .listOffsets(beginnings)
        .all()
        .get(until - nanos.getAsLong(), TimeUnit.NANOSECONDS)
        .forEach((partition, found) -> oldest.put(partition.partition(), found.offset()));
    return oldest;
  }

  private PartitionWork.Offsets offsets(
      int number,
      Map<TopicPartition, OffsetAndMetadata> committed,
      Map<TopicPartition, ListOffsetsResultInfo> ends) {
    TopicPartition partition = new TopicPartition(requests, number);
    OffsetAndMetadata position = committed.get(partition);
    long end = offset(ends.get(partition));
    return new PartitionWork.Offsets(
        end,
        position == null ? -1 : position.offset(),
        offset(ends.get(new TopicPartition(changelog, number))));
  }

  private static long offset(@Nullable ListOffsetsResultInfo found) {
    return found == null ? 0 : found.offset();
  }

  private Admin admin() {
    Admin open = admin;
    if (open == null) {
      open = Admin.create(settings);
      admin = open;
    }
    return open;
  }

  private void failed(Throwable cause) {
    failures++;
    pauses = failures >= FAILURES_TO_TELL ? PAUSES : 0;
    if (failures == FAILURES_TO_TELL) { // logged once until it works again
      log.warn(
          "Cannot ask the brokers where the work is, so {}{}: {}",
          share.lends()
              ? "this instance takes a fifth of its share of the limits, unless it has all partitions"
              : "the lag of the request topic is not known",
          answered(cause) ? grants() : "",
          cause.toString());
    }
  }

  /**
   * Returns true if a broker has rejected the request. Timeouts and disconnects do not count: they
   * are logged elsewhere.
   */
  private static boolean answered(Throwable cause) {
    for (Throwable link = cause; link != null; link = link.getCause()) {
      if (link instanceof ApiException
          && !(link instanceof org.apache.kafka.common.errors.TimeoutException)
          && !(link instanceof DisconnectException)) {
        return true;
      }
    }
    return false;
  }

  private String grants() {
    String grants =
        ". Give it Describe on group %s and on the topics %s and %s"
            .formatted(group, requests, changelog);
    return share.lends()
        ? grants + ", or set %s=0 for all instances".formatted(RateLimitConfig.LEND_AFTER_CONFIG)
        : grants;
  }

  @Override
  public void close() {
    thread.shutdownNow();
    try {
      if (thread.awaitTermination(PartitionWork.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        Admin open = admin;
        if (open != null) {
          open.close(Duration.ZERO);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
