// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.codec;

import io.completionworker.async.loop.Loop;
import io.completionworker.completion.CutText;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.port.RequestReader.Reading;
import io.completionworker.config.HoldConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The failure cutoff of the codec. When nearly all of the last records could not be decoded,
 * undecodable records wait instead of becoming dead letters. A registry that lost its schemas, or a
 * producer that writes something else, must not turn a whole topic into dead letters. Decodable
 * records go on meanwhile.
 *
 * <p>One of the waiting records is tried from time to time. If it can be decoded, all waiting
 * records are tried, and count like new ones. If most new records can be decoded while no more than
 * a window's worth of records wait, the waiting ones are the few bad records that always occur, and
 * become dead letters.
 *
 * <p>Dispatcher's loop only, except {@link #now()}.
 */
public final class DecodingHold {

  private static final Logger log = LoggerFactory.getLogger(DecodingHold.class);
  private static final int LONGEST_CAUSE = 300;

  private final HoldConfig config;
  private final Loop loop;
  private final BitSet undecodable = new BitSet();
  private int next;
  private int seen;
  private final List<Entry> kept = new ArrayList<>();

  /** Waiting records that are tried: they are with the codec, or wait for the registry there. */
  private final Set<Entry> tried = new HashSet<>();

  private Duration delay;
  private long probes;
  private volatile @Nullable Held held;

  /** Creates a hold that holds nothing yet. */
  public DecodingHold(HoldConfig config, Loop loop) {
    this.config = config;
    this.loop = loop;
    this.delay = config.initialProbe();
  }

  /**
   * A hold that has begun and not ended.
   *
   * @param why the reason in one line, without content of a record
   * @param sinceMillis when the hold began, Unix time in milliseconds
   * @param probeAtMillis when the next record is tried, Unix time in milliseconds
   * @param records number of waiting records
   */
  public record Held(String why, long sinceMillis, long probeAtMillis, int records) {

    /** Returns the hold as one line. */
    String line() {
      return records + " requests wait that cannot be decoded: " + why;
    }

    private Held with(int waiting) {
      return new Held(why, sinceMillis, probeAtMillis, waiting);
    }
  }

  /** Returns how long a record waits for a schema that the registry does not know. */
  Duration patience() {
    return config.unknownSchema();
  }

  /** Returns the current hold; empty if there is none. Safe on every thread. */
  public Optional<Held> now() {
    return Optional.ofNullable(held);
  }

  /** A record on its way through the codec. */
  static final class Entry {

    private final BooleanSupplier wanted;
    private final Runnable again;
    private boolean waited;
    private boolean given;

    /**
     * @param wanted whether the record is still needed
     * @param again decodes the record once more
     */
    Entry(BooleanSupplier wanted, Runnable again) {
      this.wanted = wanted;
      this.again = again;
    }
  }

  /** Whether a record must wait, because of its own reading and the readings before it. */
  boolean keeps(Entry entry, Reading reading) {
    tried.remove(entry);
    if (config.action() == HoldConfig.Action.FAIL || config.brakeShare() <= 0 || entry.given) {
      return false;
    }
    if (reading instanceof Reading.Ended ended
        && ended.outcome() instanceof Outcome.DeadLettered letter) {
      return keepsUndecodable(entry, letter);
    }
    count(false);
    if (held != null) {
      decoded(entry);
    }
    return false;
  }

  private boolean keepsUndecodable(Entry entry, Outcome.DeadLettered letter) {
    if (!entry.waited) {
      count(true);
    }
    if (held == null && tooMany()) {
      begin(letter);
    }
    Held now = held;
    if (now == null) {
      return false;
    }
    entry.waited = true;
    kept.add(entry);
    held = now.with(waiting());
    return true;
  }

  private int waiting() {
    return kept.size() + tried.size();
  }

  private void count(boolean failed) {
    undecodable.set(next, failed);
    next = (next + 1) % config.brakeWindow();
    seen = Math.min(seen + 1, config.brakeWindow());
  }

  private boolean tooMany() {
    return seen == config.brakeWindow()
        && undecodable.cardinality() > config.brakeShare() * config.brakeWindow();
  }

  private void decoded(Entry entry) {
    if (entry.waited) {
      log.info(
          "A record that could not be decoded now can be: the {} others that waited go on",
          kept.size());
      end(false);
    } else if (!tooMany() && kept.size() <= config.brakeWindow()) {
      log.info(
          "Most records can be decoded again: the {} that wait are dead letters unless they can,"
              + " too",
          kept.size());
      end(true);
    } else if (delay.compareTo(config.initialProbe()) > 0) {
      probeAfter(config.initialProbe()); // something has changed
    }
  }

  private void begin(Outcome.DeadLettered letter) {
    String why =
        "%d of the last %d records could not be decoded, the last one because of %s"
            .formatted(undecodable.cardinality(), config.brakeWindow(), cause(letter));
    held = new Held(why, loop.millis(), loop.millis(), 0);
    probeAfter(config.initialProbe());
    log.warn(
        "Records that cannot be decoded wait instead of becoming dead letters: {}; trying one of"
            + " them from time to time, see {}",
        why,
        HoldConfig.BRAKE_SHARE_CONFIG);
  }

  /** Returns the reason without the cause behind it, which may quote the record. */
  private static String cause(Outcome.DeadLettered letter) {
    String message = letter.message();
    String text = letter.exception().startsWith("org.apache.kafka") ? message : letter.exception();
    int behind = text.indexOf("; caused by ");
    String first = behind < 0 ? text : text.substring(0, behind);
    return CutText.of(first, LONGEST_CAUSE);
  }

  private void end(boolean given) {
    held = null;
    probes++;
    List<Entry> waiting = List.copyOf(kept);
    kept.clear();
    for (Entry entry : waiting) {
      entry.waited = false;
      entry.given = given;
      if (entry.wanted.getAsBoolean()) {
        entry.again.run();
      }
    }
  }

  private void probeAfter(Duration wait) {
    delay = wait;
    long number = ++probes;
    Held now = held;
    if (now != null) {
      long at = loop.millis() + wait.toMillis();
      held = new Held(now.why(), now.sinceMillis(), at, waiting());
      loop.schedule(wait.toNanos(), () -> probe(number));
    }
  }

  /** Tries a random record, because some of them may never be decodable. */
  private void probe(long number) {
    if (number != probes) {
      return; // a later probe was scheduled meanwhile
    }
    kept.removeIf(entry -> !entry.wanted.getAsBoolean());
    tried.removeIf(entry -> !entry.wanted.getAsBoolean());
    if (waiting() == 0) {
      log.info("No record waits any more because it could not be decoded");
      end(false);
      return;
    }
    Entry one =
        kept.isEmpty() ? null : kept.remove(ThreadLocalRandom.current().nextInt(kept.size()));
    if (one != null) {
      tried.add(one);
    }
    Duration doubled = delay.multipliedBy(2);
    probeAfter(doubled.compareTo(config.maxProbe()) < 0 ? doubled : config.maxProbe());
    if (one != null) {
      one.again.run();
    }
  }
}
