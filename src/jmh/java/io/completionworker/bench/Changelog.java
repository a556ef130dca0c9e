// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.common.TopicPartition;

/** What the pending store's changelog holds at a moment. */
final class Changelog {

  /** The topic: application id, store, and what Kafka Streams adds. */
  static final String TOPIC = "completion-worker-pending-changelog";

  private final Rig rig;

  Changelog(Rig rig) {
    this.rig = rig;
  }

  /**
   * Its content.
   *
   * @param offsets between beginning and end, marks of transactions included
   * @param values records of requests
   * @param tombstones records of their ends
   * @param bytes on the broker's disk
   * @param segments files of the log
   */
  record Content(long offsets, long values, long tombstones, long bytes, long segments) {

    long records() {
      return values + tombstones;
    }
  }

  /** Reads all of it with a plain consumer. */
  Content read() {
    long[] counts = new long[2];
    try (CommittedRecords records = new CommittedRecords(rig, List.of(TOPIC))) {
      records.readAll(record -> counts[record.value() == null ? 1 : 0]++);
      long bytes = 0;
      long segments = 0;
      for (Map.Entry<String, LogDirDescription> directory : directories().entrySet()) {
        for (var replica : directory.getValue().replicaInfos().entrySet()) {
          if (replica.getKey().topic().equals(TOPIC)) {
            bytes += replica.getValue().size();
            segments += segments(Path.of(directory.getKey()), replica.getKey());
          }
        }
      }
      return new Content(records.offsets(), counts[0], counts[1], bytes, segments);
    }
  }

  private Map<String, LogDirDescription> directories() {
    try (Admin admin = rig.broker().admin()) {
      return admin.describeLogDirs(List.of(0)).allDescriptions().get().getOrDefault(0, Map.of());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the broker was asked", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private static long segments(Path directory, TopicPartition partition) {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(directory.resolve(partition.toString()), "*.log")) {
      long count = 0;
      for (Path ignored : files) {
        count++;
      }
      return count;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
