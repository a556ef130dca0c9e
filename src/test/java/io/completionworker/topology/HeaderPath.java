// SPDX-License-Identifier: Apache-2.0
package io.completionworker.topology;

import static io.completionworker.topology.WorkerTopology.TOPICS;

import io.completionworker.completion.SourceRecord;
import io.completionworker.config.GatewayConfig.HeaderRules;
import io.completionworker.gateway.SentHeaders;
import io.completionworker.metrics.RequestMeters;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** A worker's real topology and codec, through which records with one header are sent. */
final class HeaderPath extends DrivenTopology implements AutoCloseable {

  private static final String BEFORE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  private static final String REQUEST =
      "{\"request_id\":\"%s\",\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

  private final TestOutputTopic<String, String> deadLetters = output(TOPICS.deadLetters());
  private int requestCount;

  /**
   * @param forwarded names of headers that calls send on
   * @param read what the codec sees of a record that was accepted
   */
  HeaderPath(Set<String> forwarded, UnaryOperator<SourceRecord> read) {
    super(JsonWorker.start(new HeaderRules(Map.of(), forwarded, false), read));
  }

  /**
   * What was seen of a header.
   *
   * @param refused how many headers were counted as refused
   * @param called whether the request was valid
   * @param sent the headers of the HTTP call by name in any case; empty without a call
   * @param outputs the headers of the response or failure
   * @param deadLetter the headers of the dead letter of a record with the same headers
   */
  record Seen(
      String stored,
      double refused,
      boolean called,
      Map<String, String> sent,
      Headers outputs,
      Headers deadLetter) {}

  /** Sends a request with this header and one that cannot be decoded; without it for null. */
  Seen send(String name, @Nullable String value) {
    String id = "r-" + requestCount++;
    double refused = refused();
    requests.pipeInput(new TestRecord<>("key", REQUEST.formatted(id), headers(name, value)));
    String stored = stored();
    refused = refused() - refused;
    worker.loop.run();
    boolean called = worker.client.open().contains(id);
    Map<String, String> sent = called ? SentHeaders.of(worker.client.call(id)) : Map.of();
    if (called) {
      worker.client.answer(id);
    }
    tick();
    Headers outputs = (called ? responses : failures).readRecord().headers();
    requests.pipeInput(new TestRecord<>("key", "garbage", headers(name, value)));
    tick();
    return new Seen(stored, refused, called, sent, outputs, deadLetters.readRecord().headers());
  }

  /** Whether there is a header with this name, as it is written, and this value. */
  static boolean has(Headers headers, String name, String value) {
    for (Header header : headers.headers(name)) {
      if (value.equals(new String(header.value(), StandardCharsets.UTF_8))) {
        return true;
      }
    }
    return false;
  }

  /** With a trace, which other headers need to be sent. */
  private static Headers headers(String name, @Nullable String value) {
    Headers headers = new RecordHeaders();
    if (!name.equalsIgnoreCase("traceparent")) {
      headers.add("traceparent", BEFORE.getBytes(StandardCharsets.UTF_8));
    }
    return value == null ? headers : headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  private double refused() {
    return worker.count(RequestMeters.HEADERS_REFUSED.name());
  }

  private String stored() {
    try (var entries = driver.<Object, byte[]>getKeyValueStore("pending").all()) {
      return new String(entries.next().value, StandardCharsets.UTF_8);
    }
  }

  @Override
  public void close() {
    super.close();
  }
}
