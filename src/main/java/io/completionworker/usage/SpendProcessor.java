// SPDX-License-Identifier: Apache-2.0
package io.completionworker.usage;

import io.completionworker.async.spending.Spending;
import io.completionworker.completion.Charge;
import io.completionworker.completion.Emission.Charged;
import io.completionworker.completion.Emission.OutputValue;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.config.Budget;
import io.completionworker.control.budget.SpendEntry;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Adds up what the requests of one task take from budgets, and publishes each new sum in the same
 * transaction. Sums of periods that ended long ago are deleted, and sums without an end that have
 * not changed for as long and whose budget is gone.
 *
 * <p>Threads: its stream thread only. {@code init()} runs again on the same object after a
 * suspension or a revival, so it starts from the store alone.
 */
final class SpendProcessor implements Processor<byte[], List<Charged>, byte[], OutputValue> {

  /** Name of the state store; part of the changelog topic's name. */
  static final String STORE = "spend-sums";

  /**
   * How long sums are kept after the end of their period, or of their budget, for those who look at
   * the topic and for a budget that comes back.
   */
  private static final long KEPT_MILLIS = Duration.ofDays(62).toMillis();

  /** Least time between two looks for old sums, since each reads the whole store. */
  private static final long LOOK_MILLIS = Duration.ofHours(1).toMillis();

  /** The topic has one partition, as a rule: it is small, and everybody reads all of it. */
  private static final int PARTITION = 0;

  private final String requests;
  private final String currency;
  private final Spending spending;
  private @Nullable Task task;

  SpendProcessor(String requests, Spending spending) {
    this.requests = requests;
    this.currency = spending.budgets().currency();
    this.spending = spending;
  }

  @Override
  public void init(ProcessorContext<byte[], OutputValue> context) {
    close();
    task = new Task(context);
  }

  @Override
  public void process(Record<byte[], List<Charged>> record) {
    Task current = task;
    if (current == null) {
      throw new IllegalStateException("process() before init()");
    }
    current.add(record.value(), record.timestamp());
  }

  @Override
  public void close() {
    Task closing = task;
    task = null;
    if (closing != null) {
      spending.closed(closing);
    }
  }

  /** The state of one initialization. */
  private final class Task {

    private final ProcessorContext<byte[], OutputValue> context;
    private final String source;
    private final KeyValueStore<Bytes, byte[]> store;
    private final String process = spending.budgets().process();
    private long startedAt = Long.MAX_VALUE;
    private long lookedAt;

    Task(ProcessorContext<byte[], OutputValue> context) {
      this.context = context;
      this.source = RecordPosition.source(requests, context.taskId().partition());
      this.store = context.getStateStore(STORE);
    }

    void add(List<Charged> charged, long now) {
      Map<Bytes, SpendEntry> changed = new LinkedHashMap<>();
      List<RecordPosition> positions = new ArrayList<>();
      boolean isNew = false;
      startedAt = Math.min(startedAt, now);
      for (Charged one : charged) {
        if (!one.charges().isEmpty()) {
          positions.add(one.position());
        }
        for (Charge charge : one.charges()) {
          isNew |= change(changed, charge, entry -> entry.plus(scaled(charge), process, now));
        }
        for (Charge level : one.levels()) {
          isNew |= change(changed, level, entry -> entry.reserving(scaled(level), process, now));
        }
      }
      if (isNew && now - lookedAt >= LOOK_MILLIS) {
        lookedAt = now;
        deleteOld(changed, now);
      }
      changed.forEach((key, entry) -> put(key, entry, now));
      spending.written(this, List.copyOf(changed.values()), positions);
    }

    /** Changes the entry that a charge belongs to. Returns whether it is new. */
    private boolean change(
        Map<Bytes, SpendEntry> changed, Charge charge, UnaryOperator<SpendEntry> change) {
      Bytes key = key(charge.period(), charge.budget());
      SpendEntry known = changed.containsKey(key) ? changed.get(key) : stored(key);
      // a sum in another currency begins anew
      SpendEntry before =
          known != null && known.currency().equals(currency) ? known : first(charge);
      changed.put(key, change.apply(before));
      return known == null;
    }

    private SpendEntry first(Charge charge) {
      return new SpendEntry(
          source,
          charge.budget(),
          charge.period(),
          charge.endMillis(),
          currency,
          BigDecimal.ZERO.setScale(Budget.SCALE),
          BigDecimal.ZERO,
          "",
          0);
    }

    private static BigDecimal scaled(Charge charge) {
      return charge.amount().setScale(Budget.SCALE, RoundingMode.HALF_UP);
    }

    private @Nullable SpendEntry stored(Bytes key) {
      return SpendFormat.decode(store.get(key)).orElse(null);
    }

    /** Deletes the sums that nobody needs any more, and adds the last that was said of them. */
    private void deleteOld(Map<Bytes, SpendEntry> changed, long now) {
      Map<Bytes, SpendEntry> old = new LinkedHashMap<>();
      try (KeyValueIterator<Bytes, byte[]> entries = store.all()) {
        while (entries.hasNext()) {
          var entry = entries.next();
          SpendFormat.decode(entry.value)
              .filter(sum -> !changed.containsKey(entry.key) && isOld(sum, now))
              .ifPresent(sum -> old.put(entry.key, sum.forgotten()));
        }
      }
      old.forEach(
          (key, entry) -> {
            put(key, entry, now); // the others read nothing of a record without a value
            store.delete(key);
            forward(key, null, now);
          });
      spending.written(this, List.copyOf(old.values()), List.of());
    }

    /**
     * Whether a sum is not needed. When a task begins, the budgets of controls may not be known
     * yet, so sums without an end are kept for a while.
     */
    private boolean isOld(SpendEntry sum, long now) {
      boolean endless = sum.endMillis() == Long.MAX_VALUE;
      return (endless ? sum.atMillis() : sum.endMillis()) < now - KEPT_MILLIS
          && (!endless
              || (now - startedAt >= LOOK_MILLIS && !spending.budgets().holds(sum.budget())));
    }

    private void put(Bytes key, SpendEntry entry, long now) {
      byte[] value = SpendFormat.encode(entry);
      store.put(key, value);
      forward(key, value, now);
    }

    private void forward(Bytes key, byte @Nullable [] value, long now) {
      String suffix = new String(key.get(), StandardCharsets.UTF_8);
      byte[] topicKey = (source + "/" + suffix).getBytes(StandardCharsets.UTF_8);
      context.forward(new Record<>(topicKey, new OutputValue(PARTITION, value), now));
    }

    private Bytes key(String period, String budget) {
      return Bytes.wrap((period + "/" + budget).getBytes(StandardCharsets.UTF_8));
    }
  }
}
