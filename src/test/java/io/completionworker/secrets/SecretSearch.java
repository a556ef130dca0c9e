// SPDX-License-Identifier: Apache-2.0
package io.completionworker.secrets;

import io.completionworker.cli.PrintedConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Looks for {@link Canaries} in all that the workers of a stand write, from the start of the stand
 * to its end. Finds are kept for {@link SecretSearchExtension}, which fails the test. Safe on every
 * thread.
 */
public final class SecretSearch {

  /** Input is not the worker's doing. The request topics of classes begin with this, too. */
  static final String INPUT = "completion-requests";

  static final String CHANGELOG = "completion-worker-pending-changelog";

  private static final Set<String> FINDS = ConcurrentHashMap.newKeySet();
  private static final Set<SecretSearch> OPEN = ConcurrentHashMap.newKeySet();

  private final WatchedLog log = WatchedLog.open();

  private SecretSearch() {}

  /** Begins for a stand that starts now; it must {@link #end} before the test class does. */
  public static SecretSearch begin() {
    SecretSearch search = new SecretSearch();
    OPEN.add(search);
    return search;
  }

  /** Lines that were logged in this process since the beginning. */
  public List<String> log() {
    return log.lines();
  }

  /**
   * Searches what the workers have left behind, all of them being closed.
   *
   * @param bootstrapServers of a broker that is still there
   * @param directory with what processes have printed, and with files of settings
   */
  public void end(String bootstrapServers, Path directory) {
    OPEN.remove(this);
    log.close();
    try {
      topics(bootstrapServers);
      files(directory);
      log.lines().forEach(line -> look("log line", line));
    } catch (RuntimeException | IOException e) {
      FINDS.add("nothing is proven, the search failed: " + WatchedLog.trace(e));
    }
  }

  /** Searches one text. */
  public static void look(String where, String text) {
    Canaries.in(text)
        .forEach(canary -> FINDS.add(canary + " in " + where + ": " + Canaries.around(text)));
  }

  /** What was found since the last time. */
  static List<String> takeFinds() {
    List<String> finds = new ArrayList<>(new TreeSet<>(FINDS));
    finds.forEach(FINDS::remove);
    return finds;
  }

  /** Searches that have begun and not ended; they are given up. */
  static int takeUnended() {
    List<SecretSearch> unended = List.copyOf(OPEN);
    unended.forEach(search -> search.log.close());
    unended.forEach(OPEN::remove);
    return unended.size();
  }

  private static void topics(String bootstrapServers) {
    for (RawTopics.Hit hit : RawTopics.search(bootstrapServers)) {
      if (!belongs(hit)) {
        FINDS.add(hit.canary() + " in a " + hit.part() + " of topic " + hit.topic());
      }
    }
  }

  /**
   * The one exception: accepted records are stored undecoded, so an inline config that came in the
   * value, which nobody has read yet, stands in the changelog as it does in the input.
   */
  private static boolean belongs(RawTopics.Hit hit) {
    return hit.topic().startsWith(INPUT)
        || hit.equals(new RawTopics.Hit(CHANGELOG, "value", Canaries.CONFIG_FIELD));
  }

  private static void files(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      if (file.toString().endsWith(".properties")) {
        look("print of config", PrintedConfig.of(file));
      } else if (!file.toString().endsWith(".p12")) {
        look("output of a process", Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
  }
}
