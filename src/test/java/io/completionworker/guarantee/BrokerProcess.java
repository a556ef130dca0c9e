// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import io.completionworker.demo.EmbeddedBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/** A broker in a process of its own, which can be killed, beside those that are embedded. */
final class BrokerProcess implements AutoCloseable {

  private final int id;
  private final EmbeddedBroker others;
  private final Path directory;
  private final int proxiedPort;
  private @Nullable Process process;

  /**
   * Prepares it.
   *
   * @param proxied name of the listener that it advertises by the port of a proxy
   */
  BrokerProcess(int id, EmbeddedBroker others, String proxied, int advertisedPort) {
    this.id = id;
    this.others = others;
    try (ServerSocket one = anyPort();
        ServerSocket other = anyPort()) {
      proxiedPort = one.getLocalPort();
      directory = Files.createTempDirectory("completion-worker-broker");
      Files.writeString(
          Files.createDirectory(directory.resolve("data")).resolve("meta.properties"),
          "version=1\ncluster.id=%s\nnode.id=%d\n".formatted(others.clusterId(), id));
      Properties properties = new Properties();
      properties.putAll(properties(proxied, other.getLocalPort(), advertisedPort));
      try (Writer writer = Files.newBufferedWriter(directory.resolve("server.properties"))) {
        properties.store(writer, null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ServerSocket anyPort() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  private Map<String, String> properties(String proxied, int port, int advertisedPort) {
    Map<String, String> properties = new HashMap<>(others.propertiesOfAnother(id));
    String own = properties.get("inter.broker.listener.name") + "://localhost:" + port + ",";
    properties.put("listeners", own + proxied + "://localhost:" + proxiedPort);
    properties.put("advertised.listeners", own + proxied + "://localhost:" + advertisedPort);
    properties.put("log.dirs", directory.resolve("data").toString());
    return properties;
  }

  /** Of the listener with the proxy before it; stays the same. */
  int proxiedPort() {
    return proxiedPort;
  }

  /** Starts it, again with its data, and returns before it is ready. */
  void start() {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx384m",
            "-Dlogback.configurationFile=logback.xml", // not that of tests
            "-cp",
            System.getProperty("java.class.path"),
            "kafka.Kafka",
            directory.resolve("server.properties").toString());
    try {
      process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns when it is one of the cluster. */
  void awaitReady() {
    try (Admin admin = others.admin()) {
      while (admin.describeCluster().nodes().get().stream().noneMatch(node -> node.id() == id)) {
        if (process == null || !process.isAlive()) {
          throw new IllegalStateException("A broker did not start: " + Files.readString(log()));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (IOException | java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path log() {
    return directory.resolve("broker.log");
  }

  /** As {@code kill -9} does. */
  void kill() {
    if (process != null) {
      try {
        process.destroyForcibly().waitFor();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  @Override
  public void close() {
    kill();
    try {
      Utils.delete(directory.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
