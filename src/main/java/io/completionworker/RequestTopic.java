// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import io.completionworker.cli.topics.TopicCheck;
import io.completionworker.config.ClassesConfig.RequestClass;
import io.completionworker.config.WorkerSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.TopologyException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the brokers regularly for the number of partitions of the request topic of one class, of
 * which this instance works on a part. If the topic is gone, or its number of partitions differs
 * from that of the changelogs, Kafka Streams cannot go on, although it may take minutes to notice.
 * That is the fault that this class reports. It also checks the output topics, which can be
 * repaired while the worker runs, and the topic of controls. Those topics are shared by all classes
 * of requests, so only one class checks them.
 *
 * <p>Threads: a daemon thread of its own asks the brokers and calls the listeners. The other
 * methods are safe on every thread.
 */
final class RequestTopic implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RequestTopic.class);
  private static final Duration EVERY = Duration.ofSeconds(5);
  private static final int TIMEOUT_SECONDS = 30;
  private static final int EXPLAIN_SECONDS = 5;
  private static final int CLOSE_SECONDS = 2;

  private final String topic;
  private final List<String> changelogs;
  private final List<String> names = new ArrayList<>();
  private final OutputTopics outputs;
  private final List<ControlsTopic> global = new ArrayList<>();
  private final Map<String, Object> settings;
  private final IntConsumer partitions;
  private final Consumer<String> faults;
  private final ScheduledExecutorService thread;
  private volatile @Nullable Admin admin;
  private boolean failing;
  private boolean missed;
  private int told;
  private volatile @Nullable String fault;

  /**
   * Creates a check of the request topic in these settings, which asks nothing yet.
   *
   * @param settings those of the class
   * @param admin settings of an admin client
   * @param requestClass the most urgent class checks the topics that are shared
   * @param partitions receives the number of partitions whenever it has changed
   * @param faults receives the reason why Kafka Streams cannot go on, once
   */
  RequestTopic(
      WorkerSettings settings,
      Map<String, Object> admin,
      RequestClass requestClass,
      IntConsumer partitions,
      Consumer<String> faults) {
    this.topic = settings.topics().requests();
    this.changelogs = TopicCheck.changelogs(settings);
    boolean first = requestClass.rank() == 0;
    List<String> written = first ? settings.topics().outputs() : List.of();
    this.outputs = new OutputTopics(written);
    names.add(topic);
    names.addAll(changelogs);
    names.addAll(written);
    if (first) {
      global.add(new ControlsTopic(settings.topics().controls(), faults));
    }
    if (first && settings.budgets().on()) {
      global.add(ControlsTopic.ofSpend(settings.topics().spend(), faults));
    }
    global.forEach(shared -> names.add(shared.name()));
    this.settings = new HashMap<>(admin);
    this.settings.computeIfPresent(
        AdminClientConfig.CLIENT_ID_CONFIG, (key, id) -> requestClass.partOf(id.toString()));
    this.thread = DaemonThread.named(requestClass.partOf("completion-partitions"));
    this.partitions = partitions;
    this.faults = faults;
  }

  /** Starts to ask the brokers periodically. */
  @SuppressWarnings("FutureReturnValueIgnored") // the task logs its own failures
  void watch() {
    thread.scheduleWithFixedDelay(this::look, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Asks the brokers at once: the group was rebalanced, and the topic may have grown before that.
   */
  void ask() {
    lookNow();
  }

  /** Returns why Kafka Streams cannot go on with this topic; empty if it can. */
  Optional<String> fault() {
    return Optional.ofNullable(fault);
  }

  /** Returns why the worker is not ready: the faults of all its topics. */
  List<String> notReadyReasons() {
    List<String> all = new ArrayList<>(outputs.faults());
    global.forEach(shared -> shared.fault().ifPresent(all::add));
    fault().ifPresent(line -> all.add(0, line));
    return all;
  }

  /** Returns how a topic caused the death of a stream thread; empty if none did. */
  Optional<String> explain(Throwable death) {
    @Nullable Throwable link = death;
    for (int depth = 0; link != null && depth < 32; depth++) {
      if (link instanceof MissingSourceTopicException) {
        return Optional.of(missing());
      }
      if (link instanceof TopologyException
          || String.valueOf(link.getMessage()).contains("has invalid partitions")) {
        awaitAnswer();
        return fault();
      }
      Throwable cause = link;
      Optional<String> explained =
          global.stream().flatMap(shared -> shared.explain(cause).stream()).findFirst();
      if (explained.isPresent()) {
        return explained;
      }
      link = link.getCause();
    }
    return Optional.empty();
  }

  private Optional<Future<?>> lookNow() {
    try {
      return Optional.of(thread.submit(this::look));
    } catch (RejectedExecutionException e) {
      log.debug("The partitions of {} are not asked for: the worker is shutting down", topic);
      return Optional.empty();
    }
  }

  private void awaitAnswer() {
    try {
      Optional<Future<?>> answer = lookNow();
      if (answer.isPresent()) {
        answer.get().get(EXPLAIN_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      log.debug("No answer about {}", topic, e);
    }
  }

  private void look() {
    try {
      Map<String, Uuid> ids = new HashMap<>();
      Map<String, Integer> found = describe(ids);
      int now = found.getOrDefault(topic, 0);
      if (now == 0) {
        gone();
      } else {
        missed = false;
        if (now != told) {
          told = now;
          partitions.accept(now);
        }
        compare(now, found);
      }
      outputs.see(found);
      global.forEach(shared -> shared.see(ids.get(shared.name())));
      failing = false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      failed(e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e);
    }
  }

  /**
   * Returns the number of partitions of each topic: 0 if it is missing, no entry if the worker may
   * not see it.
   *
   * @param ids gets the id of each topic, zero if it is missing
   */
  private Map<String, Integer> describe(Map<String, Uuid> ids) throws Exception {
    Admin client = admin;
    if (client == null) {
      client = Admin.create(settings);
      admin = client;
    }
    Map<String, Integer> found = new HashMap<>();
    for (Map.Entry<String, KafkaFuture<TopicDescription>> described :
        client.describeTopics(names).topicNameValues().entrySet()) {
      try {
        TopicDescription description = described.getValue().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        found.put(described.getKey(), description.partitions().size());
        ids.put(described.getKey(), description.topicId());
      } catch (ExecutionException e) {
        boolean hidden =
            e.getCause() instanceof AuthorizationException && !described.getKey().equals(topic);
        if (e.getCause() instanceof UnknownTopicOrPartitionException) {
          found.put(described.getKey(), 0);
          ids.put(described.getKey(), Uuid.ZERO_UUID);
        } else if (!hidden) {
          throw e;
        }
      }
    }
    return found;
  }

  /**
   * Reports a missing topic the second time: a broker that has just started may not know it yet.
   */
  private void gone() {
    if (told > 0 && missed) {
      report(missing());
    }
    missed = true;
  }

  private void compare(int now, Map<String, Integer> found) {
    for (String name : changelogs) {
      int has = found.getOrDefault(name, 0); // Kafka Streams creates it at the first start
      if (has > 0 && has != now) {
        report(TopicCheck.partitionFault(topic, now, name, has));
      }
    }
  }

  private void report(String line) {
    if (fault == null) {
      fault = line;
      faults.accept(line);
    }
  }

  private String missing() {
    return "The request topic "
        + topic
        + " is not there any more; it was deleted while running; make it with"
        + " `completion-worker topics`, or see topics.requests";
  }

  private void failed(Throwable cause) {
    boolean outage =
        told > 0 && (cause instanceof TimeoutException || cause instanceof RetriableException);
    if (!failing && !outage && !thread.isShutdown()) { // outages are logged elsewhere
      failing = true; // logged once until it works again
      log.warn(
          "Could not ask for the partitions of {}, trying until it can: {}",
          topic,
          cause.toString());
    }
  }

  /** Waits for a running request to the brokers, which may be making the client to be closed. */
  @Override
  public void close() {
    thread.shutdownNow();
    try {
      if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        log.debug("A request for the partitions of {} has not ended", topic);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Admin made = admin;
    if (made != null) {
      made.close(Duration.ZERO);
    }
  }
}
