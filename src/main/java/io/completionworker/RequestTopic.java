package io.completionworker;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the brokers how many partitions the request topic has: the whole, of which this instance has
 * its part. Asks again until there is an answer, and whenever it is told to.
 *
 * <p>Threads: a daemon of its own asks and tells; the other methods are safe on every thread.
 */
final class RequestTopic implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RequestTopic.class);
  private static final Duration AGAIN = Duration.ofSeconds(5);
  private static final int TIMEOUT_SECONDS = 30;

  private final String topic;
  private final Map<String, Object> settings;
  private final IntConsumer partitions;
  private boolean failing;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread daemon = new Thread(task, "completion-partitions");
            daemon.setDaemon(true);
            return daemon;
          });

  /**
   * @param settings of an admin client
   * @param partitions hears how many there are
   */
  RequestTopic(String topic, Map<String, Object> settings, IntConsumer partitions) {
    this.topic = topic;
    this.settings = settings;
    this.partitions = partitions;
  }

  /** The group has been rebalanced; the topic may have grown before that. */
  void ask() {
    askIn(Duration.ZERO);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // it tells by itself
  private void askIn(Duration delay) {
    try {
      thread.schedule(this::askNow, delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("Closed; nobody wants to know any more");
    }
  }

  private void askNow() {
    try (Admin admin = Admin.create(settings)) {
      admin
          .describeTopics(List.of(topic))
          .allTopicNames()
          .get(TIMEOUT_SECONDS, TimeUnit.SECONDS)
          .values()
          .forEach(described -> partitions.accept(described.partitions().size()));
      failing = false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      failed(e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e);
      askIn(AGAIN);
    }
  }

  private void failed(Throwable cause) {
    if (!failing) {
      failing = true; // one line until it works again
      log.warn("Could not ask for the partitions of {}, trying until it can: {}", topic, cause);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
