// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import io.completionworker.async.outbox.CallHistory.PoisonRule;
import io.completionworker.config.WorkerSettings;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.StreamsGroupDescription;
import org.apache.kafka.clients.admin.StreamsGroupMemberDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the brokers which processes are in the groups of the classes of requests, to find out
 * whether a process with open calls has died. Safe on every thread. A daemon thread of its own
 * creates the admin client, which takes a moment.
 */
final class GroupMembers implements PoisonRule.Census, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(GroupMembers.class);
  private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();
  private static final String TIMEOUT_MS = "10000";

  private final List<String> groups;
  private final Map<String, Object> settings;
  private final LongSupplier nanos;
  private final ExecutorService thread = DaemonThread.named("completion-members");
  private @Nullable Admin admin;
  private @Nullable CompletionStage<List<String>> asked;
  private long askedAt;
  private boolean closed;

  GroupMembers(WorkerSettings worker, LongSupplier nanos) {
    this.groups = worker.ofEachClass().stream().map(WorkerSettings::group).toList();
    this.settings = new HashMap<>(StreamsSettings.admin(worker));
    this.settings.put(AdminClientConfig.CLIENT_ID_CONFIG, "completion-worker-members");
    this.settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
    this.settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
    this.nanos = nanos;
  }

  /**
   * Returns whether the process is in one of the groups; true if that is not known. A process that
   * restarts under the name of its predecessor hides the death of the predecessor. This happens if
   * {@code kafka.client.id} is set, or if the state directory is on a disk that outlives the
   * process.
   */
  @Override
  public CompletionStage<Boolean> isAlive(String name) {
    return members()
        .thenApply(ids -> ids.stream().anyMatch(id -> PoisonRule.isConsumerOf(name, id)))
        .exceptionally(
            e -> {
              log.debug("The members of the groups are not known; no process is taken for dead", e);
              return true;
            });
  }

  private synchronized CompletionStage<List<String>> members() {
    CompletionStage<List<String>> last = asked;
    long now = nanos.getAsLong();
    if (last == null || now - askedAt >= FRESH_NANOS) {
      last =
          closed
              ? CompletableFuture.failedFuture(new KafkaException("closed"))
              : CompletableFuture.supplyAsync(this::client, thread).thenCompose(this::ask);
      asked = last;
      askedAt = now;
    }
    return last;
  }

  private synchronized Admin client() {
    if (closed) {
      throw new KafkaException("closed");
    }
    Admin known = admin;
    Admin made = known == null ? Admin.create(settings) : known;
    admin = made;
    return made;
  }

  /** Asks for each group by itself, since one that fails would make all fail. */
  private CompletionStage<List<String>> ask(Admin asking) {
    CompletionStage<List<String>> all = CompletableFuture.completedStage(List.of());
    for (String group : groups) {
      all = all.thenCombine(ask(asking, group), GroupMembers::both);
    }
    return all;
  }

  private static List<String> both(List<String> some, List<String> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }

  private static CompletionStage<List<String>> ask(Admin asking, String group) {
    return clientIds(
            asking.describeConsumerGroups(List.of(group)).all(),
            ConsumerGroupDescription::members,
            MemberDescription::clientId)
        .handle(
            (ids, e) -> e == null ? CompletableFuture.completedStage(ids) : streams(asking, group))
        .thenCompose(stage -> stage);
  }

  /**
   * Returns the client ids of a group with the {@code streams} protocol; none if there is no such
   * group, since no process of the class has ever been there.
   */
  private static CompletionStage<List<String>> streams(Admin asking, String group) {
    return clientIds(
            asking.describeStreamsGroups(List.of(group)).all(),
            StreamsGroupDescription::members,
            StreamsGroupMemberDescription::clientId)
        .exceptionally(GroupMembers::noneIfMissing);
  }

  private static List<String> noneIfMissing(Throwable e) {
    Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
    if (cause instanceof GroupIdNotFoundException) {
      return List.of();
    }
    throw new CompletionException(cause);
  }

  private static <G, M> CompletionStage<List<String>> clientIds(
      KafkaFuture<Map<String, G>> groups,
      Function<G, Collection<M>> members,
      Function<M, String> clientId) {
    return groups
        .toCompletionStage()
        .thenApply(
            found ->
                found.values().stream()
                    .flatMap(described -> members.apply(described).stream())
                    .map(clientId)
                    .toList());
  }

  @Override
  public synchronized void close() {
    closed = true;
    thread.shutdown();
    Admin open = admin;
    admin = null;
    if (open != null) {
      open.close(Duration.ZERO);
    }
  }
}
