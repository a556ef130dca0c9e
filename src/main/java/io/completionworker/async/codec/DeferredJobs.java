// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.codec;

import io.completionworker.async.loop.Loop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The codec jobs that cannot be done now, in groups by what they wait for: the registry, a change
 * to the registry or to the settings, or a schema that the registry does not know yet.
 *
 * <p>One job of each group is tried from time to time. If it succeeds, the whole group is tried. So
 * each obstacle costs one try now and then, however many jobs wait for it, and jobs that wait for
 * one thing do not delay other jobs.
 *
 * <p>Dispatcher's loop only, except {@link #registryMissed()} and {@link #notReadyReasons()}.
 */
final class DeferredJobs {

  private static final long RETRY_NANOS = 500_000_000L;
  private static final long LOG_NANOS = 60_000_000_000L;

  /** Number of unknown schemas that are tried at each tick, since garbage may name very many. */
  private static final int SCHEMAS_A_TURN = 8;

  /** How long a schema that never came is remembered. Each record with it restarts this time. */
  private static final long FORGET_NANOS = Duration.ofMinutes(5).toNanos();

  private static final int MOST_SCHEMAS = 1_000;

  private final Loop loop;
  private final Consumer<CodecJob> submit;
  private final Logger log;
  private final long patienceNanos;
  private final Group registry;
  private final Group refused;
  private final Map<String, Group> schemas = new LinkedHashMap<>();
  private boolean timed;
  private volatile boolean registryMissed;
  private volatile @Nullable String refusal;

  /**
   * @param patience how long a record waits for a schema that the registry does not know
   * @param submit tries a job
   */
  DeferredJobs(Loop loop, Duration patience, Consumer<CodecJob> submit, Logger log) {
    this.loop = loop;
    this.patienceNanos = patience.toNanos();
    this.submit = submit;
    this.log = log;
    this.registry =
        new Group(
            "Requests wait for the schema registry: {}",
            "The schema registry is back: requests go on");
    this.refused =
        new Group(
            "Outcomes wait, since nothing can be written to their topic until the registry or the"
                + " settings are mended: {}",
            "Outcomes that waited can be written again");
  }

  /** Whether a job waits for the registry. */
  boolean registryMissed() {
    return registryMissed;
  }

  /** Returns what must be fixed, one line each. */
  List<String> notReadyReasons() {
    List<String> lines = new ArrayList<>();
    if (registryMissed) {
      lines.add("requests wait for the schema registry");
    }
    String why = refusal;
    if (why != null) {
      lines.add("outcomes wait that cannot be written: " + why);
    }
    return lines;
  }

  /** Returns the number of waiting jobs. */
  int size() {
    return registry.parked.size()
        + refused.parked.size()
        + schemas.values().stream().mapToInt(group -> group.parked.size()).sum();
  }

  /** Adds a job that waits because the registry cannot be reached. */
  void forRegistry(CodecJob job, String why) {
    registry.take(job);
    registry.say(why);
    registryMissed = true;
  }

  /** Adds a job whose kind cannot be encoded until the registry or the settings are changed. */
  void refused(CodecJob job, String why) {
    refused.take(job);
    refused.say(why);
    refusal = why;
  }

  /**
   * Adds a job that waits for a schema, unless the wait for this schema has been long enough.
   *
   * @return false if the job does not wait
   */
  boolean forSchema(CodecJob job, String name) {
    long now = loop.nanos();
    Group group = patienceNanos == 0 ? null : schema(name, now);
    if (group == null || group.givenUp) {
      leave(job);
      if (group != null) {
        group.sinceNanos = now;
      }
      return false;
    }
    if (group.members == 0) {
      log.info(
          "The schema registry does not know {} yet: requests wait for it for {} s at most",
          name,
          Duration.ofNanos(patienceNanos).toSeconds());
    }
    group.take(job);
    return true;
  }

  private @Nullable Group schema(String name, long now) {
    Group known = schemas.get(name);
    if (known != null && known.givenUp && now - known.sinceNanos >= FORGET_NANOS) {
      schemas.remove(name);
      known = null;
    }
    if (known == null) {
      schemas.values().removeIf(old -> old.members == 0 && schemas.size() >= MOST_SCHEMAS);
      known = new Group("", "");
      known.sinceNanos = now;
      schemas.put(name, known);
    }
    return known;
  }

  /** Removes a job that is done. If it was tried for its group, the others are tried. */
  void done(CodecJob job) {
    Group group = job.group;
    if (group == null) {
      return;
    }
    boolean probe = job.probe;
    leave(job);
    if (schemas.values().remove(group)) {
      group.givenUp = false; // the schema has come
    }
    if (probe) {
      group.retryAll();
    }
  }

  private void leave(CodecJob job) {
    Group group = job.group;
    if (group != null) {
      job.group = null;
      group.members--;
      settle(group);
    }
  }

  private void settle(Group group) {
    if (group.members > 0) {
      return;
    }
    if (group == registry) {
      registryMissed = false;
    } else if (group == refused) {
      refusal = null;
    } else if (!group.givenUp) {
      schemas.values().remove(group);
    }
    group.sayOver();
  }

  private void tick() {
    timed = false;
    long now = loop.nanos();
    registry.retryOne();
    refused.retryOne();
    int turns = SCHEMAS_A_TURN;
    for (Map.Entry<String, Group> entry : List.copyOf(schemas.entrySet())) {
      Group group = entry.getValue();
      if (group.parked.isEmpty()) {
        continue;
      }
      if (now - group.sinceNanos >= patienceNanos) {
        log.info(
            "The schema registry still does not know {}: no longer waited for", entry.getKey());
        group.givenUp = true;
        group.sinceNanos = now;
        group.retryAll(); // each record is read once more, and gets its outcome
      } else if (turns-- > 0) {
        schemas.remove(entry.getKey());
        schemas.put(entry.getKey(), group); // behind the others
        group.retryOne();
      }
    }
    tickSoon();
  }

  private void tickSoon() {
    if (!timed && size() > 0) {
      timed = true;
      loop.schedule(RETRY_NANOS, this::tick);
    }
  }

  /** The jobs that wait for one thing. */
  final class Group {

    private final List<CodecJob> parked = new ArrayList<>();
    private final String begins;
    private final String ends;

    /** Number of jobs that wait here or are being tried. */
    private int members;

    private boolean givenUp;
    private long sinceNanos;
    private boolean said;
    private long saidAtNanos = loop.nanos() - LOG_NANOS;

    Group(String begins, String ends) {
      this.begins = begins;
      this.ends = ends;
    }

    void take(CodecJob job) {
      if (job.group != this) {
        leave(job);
        job.group = this;
        members++;
      }
      parked.add(job);
      tickSoon();
    }

    /** Logs the reason once for each wait, and at most once a minute if waits come and go. */
    void say(String why) {
      if (!said && loop.nanos() - saidAtNanos >= LOG_NANOS) {
        said = true;
        saidAtNanos = loop.nanos();
        log.warn(begins, why);
      }
    }

    void sayOver() {
      if (said) {
        said = false;
        log.info(ends);
      }
    }

    /**
     * Tries a random job. If jobs took turns, one that never works could always be the one that is
     * tried when the registry's backoff has ended.
     */
    void retryOne() {
      dropUnwanted();
      if (!parked.isEmpty()) {
        retry(parked.remove(ThreadLocalRandom.current().nextInt(parked.size())), true);
      }
    }

    void retryAll() {
      dropUnwanted();
      List<CodecJob> jobs = new ArrayList<>(parked);
      parked.clear();
      jobs.forEach(job -> retry(job, false)); // each result counts for its own job only
    }

    private void retry(CodecJob job, boolean probe) {
      job.probe = probe;
      submit.accept(job);
    }

    private void dropUnwanted() {
      for (Iterator<CodecJob> jobs = parked.iterator(); jobs.hasNext(); ) {
        CodecJob job = jobs.next();
        if (!job.wanted.getAsBoolean()) {
          jobs.remove();
          leave(job);
        }
      }
    }
  }
}
