// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.Message;
import io.completionworker.demo.EmbeddedBroker;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.SimulatedEndpoint;
import io.completionworker.fixtures.SharedBroker;
import io.completionworker.secrets.Canaries;
import io.completionworker.secrets.SearchedWorker;
import io.completionworker.secrets.SecretSearch;
import io.completionworker.serde.AvroSerde;
import io.completionworker.serde.AvroSerdes;
import io.micrometer.core.instrument.Gauge;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Everything around a worker: broker, topics, registry and endpoint, all real and all local. */
public final class Stand implements AutoCloseable {

  /** The request topic, and what the worker writes to. */
  public static final List<String> TOPICS =
      List.of(
          "completion-requests",
          "completion-responses",
          "completion-usage",
          "completion-failures",
          "completion-chunks",
          "completion-usage-windows",
          "completion-dead-letters");

  public static final String CONTROLS = "completion-controls";

  public final EmbeddedBroker broker;
  public final LocalRegistry registry = new LocalRegistry();
  public final SimulatedEndpoint endpoint;
  public final Path directory;
  private final Consumer<EmbeddedBroker> leaveBroker;
  private final Path trustStore;
  private final SecretSearch search = SecretSearch.begin();

  Stand(Behaviour behaviour, int partitions) {
    this(behaviour, partitions, SharedBroker.borrow(), SharedBroker::giveBack);
  }

  /**
   * Around brokers of the caller's, which are closed with the stand: for tests that stop them or
   * leave more behind than topics and groups.
   */
  public Stand(Behaviour behaviour, int partitions, EmbeddedBroker brokers) {
    this(behaviour, partitions, brokers, EmbeddedBroker::close);
  }

  /** The same, with what is done to the brokers when the stand is closed. */
  public Stand(
      Behaviour behaviour,
      int partitions,
      EmbeddedBroker brokers,
      Consumer<EmbeddedBroker> leaveBroker) {
    broker = brokers;
    this.leaveBroker = leaveBroker;
    endpoint = SimulatedEndpoint.start(Canaries.quoting(behaviour));
    broker.createTopics(TOPICS, partitions, Map.of("max.message.bytes", "8454144"));
    broker.createTopic(CONTROLS, 1, Map.of("cleanup.policy", "compact"));
    try {
      directory = Files.createTempDirectory("completion-worker-it");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    trustStore = Stores.empty(directory.resolve("trust.p12"), Canaries.STORE_PASSWORD);
  }

  /** Starts a worker in this process. */
  SearchedWorker start(Map<String, String> overrides) {
    return SearchedWorker.start(file(overrides));
  }

  /**
   * Settings of a worker of its own, over the stand's; every instance has its own state directory,
   * and secrets to be looked for.
   */
  Map<String, String> properties(Map<String, String> overrides) {
    Map<String, String> properties = new HashMap<>();
    properties.put("kafka.bootstrap.servers", broker.bootstrapServers());
    if (!"streams".equals(overrides.get("kafka.group.protocol"))) {
      properties.put("kafka.session.timeout.ms", "6000");
      properties.put("kafka.heartbeat.interval.ms", "1000");
    }
    properties.put("kafka.state.dir", directory.resolve("state-" + System.nanoTime()).toString());
    properties.put("kafka.replication.factor", "1");
    if (!"json".equals(overrides.get("value.format"))) {
      properties.put("schema.registry.url", registry.url());
    }
    properties.put("gateway.url", endpoint.url().toString());
    properties.put("management.port", "0");
    properties.putAll(overrides);
    Canaries.plantIn(properties, trustStore);
    return properties;
  }

  Path file(Map<String, String> overrides) {
    Properties properties = new Properties();
    properties.putAll(properties(overrides));
    Path file = directory.resolve("worker-" + System.nanoTime() + ".properties");
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  /** Serdes of the stand's registry. */
  public AvroSerdes serdes() {
    return new AvroSerdes(registry.settings(), AvroSerde.class.getName());
  }

  /** Publishes requests r-{from} to r-{to - 1}, keyed by {@code number % keys}. */
  void publish(int from, int to, int keys) {
    publish(from, to, keys, number -> request("r-" + number));
  }

  /** The same with requests of another kind. */
  void publish(int from, int to, int keys, IntFunction<CompletionRequest> requests) {
    publish(TOPICS.get(0), from, to, keys, requests);
  }

  /** The same to another request topic. */
  void publish(String topic, int from, int to, int keys, IntFunction<CompletionRequest> requests) {
    try (KafkaProducer<String, byte[]> producer = producer();
        Serializer<CompletionRequest> values =
            serdes().forValues(CompletionRequest.class).serializer()) {
      for (int i = from; i < to; i++) {
        byte[] value = values.serialize(topic, requests.apply(i));
        var sent = producer.send(record(topic, "k-" + i % keys, value));
        if (i == to - 1) {
          sent.get();
        }
      }
      producer.flush();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  void publishRaw(@Nullable String key, byte @Nullable [] value) {
    try (KafkaProducer<String, byte[]> producer = producer()) {
      var sent = producer.send(record(TOPICS.get(0), key, value));
      producer.flush();
      if (!sent.isDone()) {
        throw new IllegalStateException("not sent");
      }
    }
  }

  /** A reader of what is committed on these topics, from their beginning; the caller closes it. */
  KafkaConsumer<String, byte[]> committed(String... topics) {
    Map<String, Object> settings =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            broker.bootstrapServers(),
            ConsumerConfig.GROUP_ID_CONFIG,
            "reader-" + UUID.randomUUID(),
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest",
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed");
    KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
    consumer.subscribe(List.of(topics));
    return consumer;
  }

  /** Ids of the members of the worker's group. */
  List<String> members() throws Exception {
    try (Admin admin = broker.admin()) {
      return admin
          .describeConsumerGroups(List.of("completion-worker"))
          .all()
          .get()
          .values()
          .stream()
          .flatMap(group -> group.members().stream())
          .map(member -> member.consumerId())
          .toList();
    }
  }

  /** Value of a worker's gauge, the highest of its series; NaN when there is none. */
  static double gauge(SearchedWorker worker, String name) {
    return worker.meters().find(name).gauges().stream()
        .mapToDouble(Gauge::value)
        .max()
        .orElse(Double.NaN);
  }

  /** A request that greets its own id. */
  public static CompletionRequest request(String id) {
    return CompletionRequest.newBuilder()
        .setRequestId(id)
        .setModel("gpt-4o-mini")
        .setMessages(
            List.of(Message.newBuilder().setRole("user").setContent("Say hello to " + id).build()))
        .build();
  }

  /** Lines that were logged in this process so far. */
  List<String> log() {
    return search.log();
  }

  private static ProducerRecord<String, byte[]> record(
      String topic, @Nullable String key, byte @Nullable [] value) {
    var record = new ProducerRecord<>(topic, key, value);
    Canaries.plantIn(record.headers());
    return record;
  }

  private KafkaProducer<String, byte[]> producer() {
    return new KafkaProducer<>(
        Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()),
        new StringSerializer(),
        new org.apache.kafka.common.serialization.ByteArraySerializer());
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    try {
      search.end(broker.bootstrapServers(), directory);
    } finally {
      endpoint.close();
      registry.close();
      leaveBroker.accept(broker);
    }
  }
}
