// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.contender;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;

/**
 * The call inside of the topology: each stream thread makes one at a time and waits for it. Exactly
 * once.
 */
final class NaiveStreams implements AutoCloseable {

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ChatWork work;
  private final URI endpoint;
  private final KafkaStreams streams;

  NaiveStreams(Setup setup) {
    work = new ChatWork(setup.registryUrl());
    endpoint = URI.create(setup.endpoint());
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "naive-streams");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, setup.bootstrapServers());
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, setup.threads());
    properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
    properties.put(StreamsConfig.STATE_DIR_CONFIG, setup.stateDirectory());
    properties.put(
        StreamsConfig.consumerPrefix(
            org.apache.kafka.clients.consumer.ConsumerConfig.AUTO_OFFSET_RESET_CONFIG),
        "earliest");
    streams = new KafkaStreams(topology(), properties);
    streams.start();
  }

  private Topology topology() {
    StreamsBuilder builder = new StreamsBuilder();
    // a record's timestamp is not in the reach of mapValues
    KStream<byte[], ChatWork.Outputs> answered =
        builder.stream(Topics.REQUESTS, Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
            .processValues(Timestamps::new)
            .mapValues(this::answer);
    Produced<byte[], byte[]> bytes = Produced.with(Serdes.ByteArray(), Serdes.ByteArray());
    answered.mapValues(ChatWork.Outputs::response).to(Topics.RESPONSES, bytes);
    answered.mapValues(ChatWork.Outputs::usage).to(Topics.USAGE, bytes);
    return builder.build();
  }

  private ChatWork.Outputs answer(Timed request) {
    ChatWork.Call call = work.call(request.value(), request.timestamp());
    HttpRequest post =
        HttpRequest.newBuilder(endpoint)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(call.body()))
            .build();
    try {
      return work.outputs(call, http.send(post, HttpResponse.BodyHandlers.ofByteArray()).body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    streams.close();
  }

  @SuppressWarnings("ArrayRecordComponent") // carried, not compared
  private record Timed(byte[] value, long timestamp) {}

  private static final class Timestamps extends ContextualFixedKeyProcessor<byte[], byte[], Timed> {
    @Override
    public void process(FixedKeyRecord<byte[], byte[]> record) {
      context().forward(record.withValue(new Timed(record.value(), record.timestamp())));
    }
  }
}
