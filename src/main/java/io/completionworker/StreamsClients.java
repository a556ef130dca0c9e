// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import io.completionworker.async.outbox.OpenTransaction;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The clients of Kafka Streams: the usual ones, with additions. Producers report when their
 * transaction begins and how it ends, since Kafka Streams has no listener for that. Consumers can
 * be woken from a poll. The consumer of the global store can be stopped while it loads the store,
 * since Kafka Streams would finish that before it closes.
 *
 * <p>With the {@code streams} group protocol Kafka Streams creates its own consumer, which cannot
 * be woken.
 */
final class StreamsClients implements KafkaClientSupplier {

  private final Supplier<OpenTransaction> ofThisThread;
  private final Set<Poll> consumers = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Consumer<byte[], byte[]> loading;

  /**
   * @param ofThisThread supplies the transaction of the calling stream thread
   */
  StreamsClients(Supplier<OpenTransaction> ofThisThread) {
    this.ofThisThread = ofThisThread;
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return Admin.create(config);
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    return new ReportingProducer(
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer()),
        ofThisThread);
  }

  @Override
  @SuppressWarnings("unchecked") // the proxy implements that interface
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    Poll poll = new Poll(consumer(config), consumers);
    consumers.add(poll);
    return (Consumer<byte[], byte[]>)
        Proxy.newProxyInstance(
            StreamsClients.class.getClassLoader(), new Class<?>[] {Consumer.class}, poll);
  }

  /** Wakes every stream thread that is in a poll. The poll returns without records. */
  void wakeUp() {
    consumers.forEach(Poll::wakeUp);
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return consumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    Consumer<byte[], byte[]> consumer = consumer(config);
    loading = consumer;
    return consumer;
  }

  /** Records that the global store is loaded. */
  void loaded() {
    loading = null;
  }

  /** Whether the global store is not loaded yet. */
  boolean loads() {
    return loading != null;
  }

  /**
   * Stops the loading of the global store, whose thread ends. For a Kafka Streams that is closing:
   * any other would end in an error. Does nothing once the store is loaded.
   */
  void stopLoading() {
    Consumer<byte[], byte[]> consumer = loading;
    if (consumer != null) {
      consumer.wakeup();
    }
  }

  private static Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /**
   * A consumer whose poll returns without records, and does not fail, when it is woken. If it is
   * woken just after a poll has returned, the next call that waits for a broker fails instead, and
   * is made again: Kafka Streams would let the thread die of it.
   */
  private static final class Poll implements InvocationHandler {

    private final Consumer<byte[], byte[]> consumer;
    private final Set<Poll> all;
    private volatile boolean polls;

    Poll(Consumer<byte[], byte[]> consumer, Set<Poll> all) {
      this.consumer = consumer;
      this.all = all;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
        throws Throwable {
      if (method.getName().equals("poll") && arguments != null) {
        return poll((Duration) arguments[0]);
      }
      if (method.getName().equals("close")) {
        all.remove(this);
      }
      try {
        return call(method, arguments);
      } catch (WakeupException e) {
        return call(method, arguments); // the wake-up came too late for its poll and is used up now
      }
    }

    private @Nullable Object call(Method method, Object @Nullable [] arguments) throws Throwable {
      try {
        return method.invoke(consumer, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause() == null ? e : e.getCause();
      }
    }

    private ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      polls = true;
      try {
        return consumer.poll(timeout);
      } catch (WakeupException e) {
        return ConsumerRecords.empty();
      } finally {
        polls = false;
      }
    }

    /** Wakes the consumer, but only while it polls: other calls have nothing to return early. */
    void wakeUp() {
      if (polls) {
        consumer.wakeup();
      }
    }
  }

  /**
   * A producer that reports its transactions. The stream thread that the producer belongs to begins
   * and ends them, whichever thread created the producer.
   */
  record ReportingProducer(Producer<byte[], byte[]> producer, Supplier<OpenTransaction> transaction)
      implements Producer<byte[], byte[]> {

    @Override
    public void initTransactions() {
      producer.initTransactions();
    }

    @Override
    public void beginTransaction() {
      producer.beginTransaction();
      transaction.get().begun(System.nanoTime());
    }

    /** Sends no offset beyond the oldest open request that is only in its topic. */
    @Override
    public void sendOffsetsToTransaction(
        Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
      OpenTransaction open = transaction.get();
      Map<TopicPartition, OffsetAndMetadata> heldBack = new HashMap<>(offsets);
      heldBack.replaceAll(
          (partition, position) -> {
            long offset = open.committable(partition.partition(), position.offset());
            return offset == position.offset()
                ? position
                : new OffsetAndMetadata(offset, Optional.empty(), position.metadata());
          });
      producer.sendOffsetsToTransaction(heldBack, group);
    }

    /** If this method throws, Kafka Streams tries again, aborts, or closes the producer. */
    @Override
    public void commitTransaction() {
      producer.commitTransaction();
      transaction.get().committed(System.nanoTime());
    }

    @Override
    public void abortTransaction() {
      transaction.get().aborted();
      producer.abortTransaction();
    }

    @Override
    public void close() {
      transaction.get().aborted();
      producer.close();
    }

    @Override
    public void close(Duration timeout) {
      transaction.get().aborted();
      producer.close(timeout);
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
      return producer.send(record);
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
      return producer.send(record, callback);
    }

    @Override
    public void flush() {
      producer.flush();
    }

    @Override
    public List<PartitionInfo> partitionsFor(String topic) {
      return producer.partitionsFor(topic);
    }

    @Override
    public Map<MetricName, ? extends Metric> metrics() {
      return producer.metrics();
    }

    @Override
    public Uuid clientInstanceId(Duration timeout) {
      return producer.clientInstanceId(timeout);
    }

    @Override
    public void registerMetricForSubscription(KafkaMetric metric) {
      producer.registerMetricForSubscription(metric);
    }

    @Override
    public void unregisterMetricFromSubscription(KafkaMetric metric) {
      producer.unregisterMetricFromSubscription(metric);
    }
  }
}
