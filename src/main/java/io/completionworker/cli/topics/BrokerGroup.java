// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.topics;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.BiFunction;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedMemberEpochException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.GroupSubscribedToTopicException;
import org.apache.kafka.common.errors.IllegalGenerationException;
import org.apache.kafka.common.errors.StaleMemberEpochException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/**
 * The consumer group of a worker on real brokers: its position on the request topic, and its
 * members.
 */
public final class BrokerGroup {

  /** The errors with which brokers refuse a commit from outside while the group has members. */
  private static final List<Class<? extends Exception>> IN_USE =
      List.of(
          UnknownMemberIdException.class,
          IllegalGenerationException.class,
          StaleMemberEpochException.class,
          FencedMemberEpochException.class,
          GroupSubscribedToTopicException.class,
          GroupNotEmptyException.class);

  private final BrokerTopics brokers;
  private final Admin admin;
  private final String group;
  private final String topic;

  BrokerGroup(BrokerTopics brokers, Admin admin, String group, String topic) {
    this.brokers = brokers;
    this.admin = admin;
    this.group = group;
    this.topic = topic;
  }

  /**
   * The position of a group on the request topic, by partition.
   *
   * @param beginnings offset of the oldest record that still exists, of every partition
   * @param ends offset after the newest record, of every partition
   * @param committed committed offsets of the group; partitions without one are left out
   */
  public record Position(
      Map<TopicPartition, Long> beginnings,
      Map<TopicPartition, Long> ends,
      Map<TopicPartition, Long> committed) {

    /** Returns the number of records of the topic, including transaction markers. */
    long records() {
      return recordsFrom(beginnings);
    }

    /** Returns the number of records from these offsets on. */
    long recordsFrom(Map<TopicPartition, Long> from) {
      return ends.entrySet().stream()
          .mapToLong(end -> Math.max(0, end.getValue() - from.getOrDefault(end.getKey(), 0L)))
          .sum();
    }

    /** Returns the number of records that the group has not read yet. */
    public long lag() {
      return recordsFrom(reached());
    }

    /**
     * Returns a count of the records that the group has read or skipped. Only the difference from
     * an earlier count is meaningful.
     */
    public long taken() {
      return reached().values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * Returns where the group continues: at its committed offset, or at the oldest record where it
     * has none.
     */
    public Map<TopicPartition, Long> reached() {
      Map<TopicPartition, Long> reached = new HashMap<>(beginnings);
      committed.forEach((partition, offset) -> reached.merge(partition, offset, Math::max));
      return reached;
    }

    /** Returns the number of records that were deleted before the group has read them. */
    long deleted() {
      return committed.keySet().stream().mapToLong(this::deleted).sum();
    }

    private long deleted(TopicPartition one) {
      long oldest = beginnings.getOrDefault(one, 0L);
      long end = ends.getOrDefault(one, Long.MAX_VALUE);
      return UnreadRecords.deleted(committed.getOrDefault(one, oldest), oldest, end);
    }

    /** Returns the part of the position in which the group has no committed offsets. */
    Position uncommitted() {
      Map<TopicPartition, Long> first = new HashMap<>(beginnings);
      Map<TopicPartition, Long> last = new HashMap<>(ends);
      first.keySet().removeAll(committed.keySet());
      last.keySet().removeAll(committed.keySet());
      return new Position(first, last, Map.of());
    }
  }

  String name() {
    return group;
  }

  String topic() {
    return topic;
  }

  /** Reads the position on a topic with this many partitions. */
  Position position(int partitions) throws InterruptedException {
    return position(partitions, IsolationLevel.READ_UNCOMMITTED);
  }

  /** Reads the same position, but with ends that exclude the records of open transactions. */
  public Position committedPosition(int partitions) throws InterruptedException {
    return position(partitions, IsolationLevel.READ_COMMITTED);
  }

  private Position position(int partitions, IsolationLevel ends) throws InterruptedException {
    List<TopicPartition> all =
        IntStream.range(0, partitions)
            .mapToObj(number -> new TopicPartition(topic, number))
            .toList();
    Map<TopicPartition, Long> committed = new HashMap<>(committed());
    committed.keySet().retainAll(all);
    return new Position(
        offsets(all, OffsetSpec.earliest(), IsolationLevel.READ_UNCOMMITTED),
        offsets(all, OffsetSpec.latest(), ends),
        committed);
  }

  /**
   * Returns the offset after the newest record of each partition. Records of an open transaction
   * count as later.
   */
  Map<TopicPartition, Long> latest(Position position) throws InterruptedException {
    return offsets(
        List.copyOf(position.ends().keySet()), OffsetSpec.latest(), IsolationLevel.READ_COMMITTED);
  }

  /**
   * Returns the offset of the first record at this time or later, or the end where there is none.
   */
  Map<TopicPartition, Long> at(Instant time, Position position) throws InterruptedException {
    Map<TopicPartition, Long> offsets = new HashMap<>(latest(position));
    offsets(
            List.copyOf(position.ends().keySet()),
            OffsetSpec.forTimestamp(Math.max(0, time.toEpochMilli())),
            IsolationLevel.READ_UNCOMMITTED)
        .forEach((partition, offset) -> offsets.computeIfPresent(partition, at(offset)));
    return offsets;
  }

  private static BiFunction<TopicPartition, Long, Long> at(long found) {
    return (partition, end) -> found < 0 ? end : Math.min(found, end);
  }

  /** Returns the time of the oldest record. */
  Optional<Instant> oldest(Position position) throws InterruptedException {
    return list(
            List.copyOf(position.ends().keySet()),
            OffsetSpec.forTimestamp(0),
            IsolationLevel.READ_UNCOMMITTED,
            ListOffsetsResultInfo::timestamp)
        .values()
        .stream()
        .filter(timestamp -> timestamp >= 0)
        .min(Long::compare)
        .map(Instant::ofEpochMilli);
  }

  /** Returns the number of consumers in the group, whatever its protocol. */
  public int members() throws InterruptedException {
    Optional<Integer> consumers =
        described(
            admin.describeConsumerGroups(List.of(group)).all(),
            found -> found.values().iterator().next().members().size());
    if (consumers.isPresent()) {
      return consumers.get();
    }
    return described(
            admin.describeStreamsGroups(List.of(group)).all(),
            found -> found.values().iterator().next().members().size())
        .orElse(0);
  }

  /**
   * Commits offsets from outside the group.
   *
   * @return false when a member has joined the group, which then keeps its own offsets
   */
  boolean commit(Map<TopicPartition, Long> offsets) throws InterruptedException {
    if (offsets.isEmpty()) {
      return true;
    }
    Map<TopicPartition, OffsetAndMetadata> all =
        offsets.entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, entry -> new OffsetAndMetadata(entry.getValue())));
    try {
      admin.alterConsumerGroupOffsets(group, all).all().get();
      return true;
    } catch (ExecutionException e) {
      if (IN_USE.stream().anyMatch(type -> type.isInstance(e.getCause()))) {
        return false;
      }
      throw brokers.explained("commit offsets of the group " + group, e);
    }
  }

  private Map<TopicPartition, Long> committed() throws InterruptedException {
    Map<TopicPartition, Long> committed = new HashMap<>();
    try {
      admin
          .listConsumerGroupOffsets(group)
          .partitionsToOffsetAndMetadata()
          .get()
          .forEach(
              (partition, offset) -> {
                if (offset != null && partition.topic().equals(topic)) {
                  committed.put(partition, offset.offset());
                }
              });
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof GroupIdNotFoundException)) {
        throw brokers.explained("use the group " + group, e);
      }
    }
    return committed;
  }

  private Map<TopicPartition, Long> offsets(
      List<TopicPartition> partitions, OffsetSpec spec, IsolationLevel isolation)
      throws InterruptedException {
    return list(partitions, spec, isolation, ListOffsetsResultInfo::offset);
  }

  private Map<TopicPartition, Long> list(
      List<TopicPartition> partitions,
      OffsetSpec spec,
      IsolationLevel isolation,
      ToLongFunction<ListOffsetsResultInfo> part)
      throws InterruptedException {
    Map<TopicPartition, OffsetSpec> asked =
        partitions.stream().collect(Collectors.toMap(partition -> partition, partition -> spec));
    try {
      return admin
          .listOffsets(asked, new ListOffsetsOptions(isolation))
          .all()
          .get()
          .entrySet()
          .stream()
          .collect(
              Collectors.toMap(Map.Entry::getKey, entry -> part.applyAsLong(entry.getValue())));
    } catch (ExecutionException e) {
      throw brokers.explained("read the offsets of topic " + topic, e);
    }
  }

  private <T> Optional<Integer> described(KafkaFuture<T> description, ToIntFunction<T> members)
      throws InterruptedException {
    try {
      return Optional.of(members.applyAsInt(description.get()));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException
          || e.getCause() instanceof UnsupportedVersionException) {
        return Optional.empty();
      }
      throw brokers.explained("see the group " + group, e);
    }
  }
}
