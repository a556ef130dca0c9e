// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.submit;

import io.completionworker.cli.batch.Batch;
import io.completionworker.cli.batch.LineFaults.InputFaultsException;
import io.completionworker.cli.records.ClientSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeTransactionsResult;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/**
 * Detects batches that were begun before {@code --from}. The earlier records of such a batch are
 * not read, so its lines would be published and paid a second time.
 *
 * <p>The brokers remember the transactional id of a submit until it has not been used for {@code
 * transactional.id.expiration.ms}, which is 7 days by default. Only records that are older than
 * that have to be read. A topic with a shorter retention has no such records.
 *
 * <p>A submit uses its id before it publishes anything. So only an id with a committed transaction
 * proves that a line was published. For the other ids that were used, all earlier records have to
 * be read.
 *
 * @param since time from which the records of the batches are read
 * @param used transactional ids that were used before, by whether their last transaction was
 *     committed
 * @param complete time since which every transactional id that was used is known
 */
record EarlierSubmits(
    List<Batch> batches, Instant since, Map<String, Boolean> used, Instant complete) {

  private static final String EXPIRATION = "transactional.id.expiration.ms";

  /** Largest difference assumed between clocks, since a record has the time of its producer. */
  private static final Duration CLOCKS = Duration.ofHours(1);

  /**
   * Asks the brokers for the transactional ids of the batches. Must be called before this submit
   * creates its producers, which register the same ids. If the query is not authorized, or the
   * brokers are too old for it, no id is known, and all records are read.
   *
   * @throws KafkaException if the brokers do not answer
   */
  static EarlierSubmits of(Map<String, String> kafka, List<Batch> batches, Instant since) {
    List<String> ids = batches.stream().map(Batch::transactionalId).toList();
    try (Admin admin = Admin.create(ClientSettings.admin(kafka))) {
      Map<String, Boolean> used = used(admin.describeTransactions(ids), ids);
      Instant complete = Instant.now().minus(memory(admin)).plus(CLOCKS);
      return new EarlierSubmits(batches, since, used, complete);
    } catch (AuthorizationException | UnsupportedVersionException e) {
      return new EarlierSubmits(batches, since, Map.of(), since);
    }
  }

  /**
   * Checks that no batch without a line among the records read so far was begun before.
   *
   * @param lines the published lines, read from {@code since} on
   * @throws InputFaultsException if a batch was begun before
   */
  void requireNone(PublishedLines lines, Submission.Display display, BooleanSupplier stop) {
    List<Batch> unseen = batches.stream().filter(lines::isUnpublished).toList();
    List<Batch> open = unseen.stream().filter(batch -> !isPublished(batch)).toList();
    if (!open.isEmpty()) {
      boolean all = open.stream().anyMatch(batch -> used.containsKey(batch.transactionalId()));
      lines.lookBefore(all || since.isBefore(complete) ? since : complete, display, stop);
    }
    List<String> faults =
        unseen.stream()
            .filter(batch -> isPublished(batch) || !lines.isUnpublished(batch))
            .map(this::fault)
            .toList();
    if (!faults.isEmpty()) {
      throw new InputFaultsException(faults);
    }
  }

  private boolean isPublished(Batch batch) {
    return used.getOrDefault(batch.transactionalId(), false);
  }

  private String fault(Batch batch) {
    return "%s: batch %s was begun before --from (%s); leave --from out; nothing was published"
        .formatted(batch.name(), batch.id(), since.truncatedTo(ChronoUnit.SECONDS));
  }

  private static Map<String, Boolean> used(
      DescribeTransactionsResult described, Collection<String> ids) {
    Map<String, Boolean> used = new HashMap<>();
    for (String id : ids) {
      try {
        TransactionState state = answer(described.description(id)).state();
        used.put(id, state == TransactionState.COMPLETE_COMMIT);
      } catch (TransactionalIdNotFoundException e) {
        // expected for most batches: this is their first submit
      }
    }
    return used;
  }

  /** Returns how long every broker remembers a transactional id. */
  private static Duration memory(Admin admin) {
    List<ConfigResource> brokers =
        answer(admin.describeCluster().nodes()).stream()
            .map(node -> new ConfigResource(ConfigResource.Type.BROKER, node.idString()))
            .toList();
    return answer(admin.describeConfigs(brokers).all()).values().stream()
        .map(EarlierSubmits::memory)
        .min(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  private static Duration memory(Config broker) {
    ConfigEntry entry = broker.get(EXPIRATION);
    return entry == null || entry.value() == null
        ? Duration.ZERO
        : Duration.ofMillis(Long.parseLong(entry.value()));
  }

  private static <T> T answer(KafkaFuture<T> question) {
    try {
      return question.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException failure
          ? failure
          : new KafkaException(e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
