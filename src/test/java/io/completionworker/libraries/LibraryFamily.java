// SPDX-License-Identifier: Apache-2.0
package io.completionworker.libraries;

import java.util.Arrays;
import java.util.List;

/**
 * Libraries that came for one purpose.
 *
 * @param name of a row of the page
 * @param purpose what the worker needs them for
 * @param prefixes of their artifacts
 */
record LibraryFamily(String name, String purpose, List<String> prefixes) {

  /** In the order of the page. */
  static List<LibraryFamily> all() {
    return List.of(
        family(
            "RocksDB",
            "state on disk, with `async.store=rocksdb`; comes with Kafka Streams",
            "org.rocksdb:"),
        family("Kafka's clients", "topics, groups, transactions", "org.apache.kafka:kafka-clients"),
        family("Kafka Streams", "the topology, exactly once", "org.apache.kafka:kafka-streams"),
        family("zstd-jni", "compression of topics by zstd", "com.github.luben:"),
        family("snappy-java", "compression of topics by snappy", "org.xerial.snappy:"),
        family("lz4-java", "compression of topics by LZ4", "at.yawk.lz4:"),
        family("Avro", "values of topics and their schemas", "org.apache.avro:"),
        family(
            "Apache Commons",
            "come with Avro: compression of files, which the worker does not write",
            "commons-",
            "org.apache.commons:"),
        family("Vert.x", "HTTP to the endpoint, and the management server", "io.vertx:"),
        family("Netty", "below Vert.x: event loops, HTTP/1.1 and HTTP/2, TLS", "io.netty:"),
        family("Jackson", "JSON of requests and answers", "com.fasterxml.jackson"),
        family("JTokkit", "tokens of a prompt, counted before it is sent", "com.knuddels:"),
        family(
            "Resilience4j",
            "limits of requests, retries, circuit breaker",
            "io.github.resilience4j:"),
        family("Caffeine", "answers that are given again", "com.github.ben-manes.caffeine:"),
        family("Bucket4j", "limits of tokens", "com.bucket4j:"),
        family("Micrometer", "meters", "io.micrometer:", "org.hdrhistogram:"),
        family("Prometheus client", "meters in Prometheus's formats", "io.prometheus:"),
        family("OpenTelemetry", "spans, where tracing is switched on", "io.opentelemetry:"),
        family("picocli", "the command line", "info.picocli:"),
        family("Logback", "logs", "ch.qos.logback:"),
        family("SLF4J", "the interface that all of them log through", "org.slf4j:"),
        family("JSpecify", "annotations that say what may be null", "org.jspecify:"));
  }

  /** Whether this library belongs to it. */
  boolean has(ShippedLibrary library) {
    return prefixes.stream().anyMatch(library.artifact()::startsWith);
  }

  private static LibraryFamily family(String name, String purpose, String... prefixes) {
    return new LibraryFamily(name, purpose, Arrays.asList(prefixes));
  }
}
