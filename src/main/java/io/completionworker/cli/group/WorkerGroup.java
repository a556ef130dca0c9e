package io.completionworker.cli.group;

import io.completionworker.cli.clients.ClientSettings;
import io.completionworker.config.WorkerSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;

/**
 * The group of the workers that read the request topic: how many members it has, and how many
 * requests are still before it. For one thread; every question has a bounded time.
 */
public final class WorkerGroup implements AutoCloseable {

  private final Admin admin;
  private final String name;
  private final String topic;
  private final Duration timeout;

  private WorkerGroup(Admin admin, String name, String topic, Duration timeout) {
    this.admin = admin;
    this.name = name;
    this.topic = topic;
    this.timeout = timeout;
  }

  /**
   * What is known of a group.
   *
   * @param members stream threads of all workers
   * @param lag records that the group has not taken yet; empty when that may not be read
   * @param taken records that the group has taken, to be compared with an earlier look
   */
  public record State(String group, int members, OptionalLong lag, long taken) {

    /** In a few words, with the rate since an earlier look where there is one. */
    public String words(OptionalLong perSecond) {
      String count =
          members == 0
              ? "no worker is in group " + group
              : "group " + group + " has " + members + (members == 1 ? " member" : " members");
      String behind = lag.isEmpty() ? "" : ", lag " + lag.getAsLong();
      return count + behind + (perSecond.isEmpty() ? "" : ", " + perSecond.getAsLong() + "/s");
    }

    /** Records that were taken in a second since an earlier look. */
    public OptionalLong perSecond(State earlier, Duration since) {
      return lag.isEmpty() || earlier.lag.isEmpty() || since.toMillis() < 1
          ? OptionalLong.empty()
          : OptionalLong.of(Math.max(0, taken - earlier.taken) * 1_000 / since.toMillis());
    }
  }

  /**
   * A client that asks; does not connect yet.
   *
   * @param timeout longest wait for one answer
   * @throws KafkaException when the settings cannot be used
   */
  public static WorkerGroup of(WorkerSettings settings, Duration timeout) {
    Map<String, Object> admin = ClientSettings.admin(settings.kafka());
    int millis = Math.toIntExact(timeout.toMillis());
    admin.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
    admin.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
    String name = settings.kafka().getOrDefault("application.id", "");
    return new WorkerGroup(Admin.create(admin), name, settings.topics().requests(), timeout);
  }

  /** Looks; empty when the group may not be seen, or no broker answers. */
  public Optional<State> look() throws InterruptedException {
    OptionalInt members = members();
    if (members.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(state(members.getAsInt()));
    } catch (KafkaException e) {
      return Optional.of(new State(name, members.getAsInt(), OptionalLong.empty(), 0));
    }
  }

  private OptionalInt members() throws InterruptedException {
    try {
      return OptionalInt.of(classicMembers());
    } catch (GroupIdNotFoundException notClassic) {
      try {
        return OptionalInt.of(streamsMembers());
      } catch (GroupIdNotFoundException | UnsupportedVersionException e) {
        return OptionalInt.of(0);
      } catch (KafkaException e) {
        return OptionalInt.empty();
      }
    } catch (KafkaException e) {
      return OptionalInt.empty();
    }
  }

  private int classicMembers() throws InterruptedException {
    return Objects.requireNonNull(
            answer(admin.describeConsumerGroups(List.of(name)).all()).get(name))
        .members()
        .size();
  }

  private int streamsMembers() throws InterruptedException {
    return Objects.requireNonNull(
            answer(admin.describeStreamsGroups(List.of(name)).all()).get(name))
        .members()
        .size();
  }

  private State state(int members) throws InterruptedException {
    Map<TopicPartition, OffsetSpec> oldest = new HashMap<>();
    answer(admin.describeTopics(List.of(topic)).allTopicNames())
        .values()
        .forEach(
            described ->
                described
                    .partitions()
                    .forEach(
                        info ->
                            oldest.put(
                                new TopicPartition(topic, info.partition()),
                                OffsetSpec.earliest())));
    Map<TopicPartition, OffsetSpec> newest = new HashMap<>(oldest);
    newest.replaceAll((partition, spec) -> OffsetSpec.latest());
    Map<TopicPartition, ListOffsetsResultInfo> begins = offsets(oldest);
    Map<TopicPartition, ListOffsetsResultInfo> ends = offsets(newest);
    Map<TopicPartition, OffsetAndMetadata> committed = committed();
    long lag = 0;
    long taken = 0;
    for (TopicPartition partition : oldest.keySet()) {
      long begin = offset(begins, partition, ListOffsetsResultInfo::offset);
      long at = Math.max(begin, offset(committed, partition, OffsetAndMetadata::offset));
      lag += Math.max(0, offset(ends, partition, ListOffsetsResultInfo::offset) - at);
      taken += at;
    }
    return new State(name, members, OptionalLong.of(lag), taken);
  }

  private Map<TopicPartition, ListOffsetsResultInfo> offsets(Map<TopicPartition, OffsetSpec> asked)
      throws InterruptedException {
    return answer(
        admin.listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED)).all());
  }

  private Map<TopicPartition, OffsetAndMetadata> committed() throws InterruptedException {
    try {
      return answer(admin.listConsumerGroupOffsets(name).partitionsToOffsetAndMetadata());
    } catch (GroupIdNotFoundException e) {
      return Map.of();
    }
  }

  /** 0 where there is none: the group has taken nothing there. */
  private static <T> long offset(
      Map<TopicPartition, T> offsets, TopicPartition partition, Function<T, Long> offset) {
    @Nullable T found = offsets.get(partition);
    return found == null ? 0 : offset.apply(found);
  }

  private <T> T answer(KafkaFuture<T> asked) throws InterruptedException {
    try {
      return asked.get(timeout.toMillis() + 1_000, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException known ? known : new KafkaException(e.getCause());
    } catch (TimeoutException e) {
      throw new KafkaException(e);
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }
}
