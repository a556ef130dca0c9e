// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.avro.UsageWindow;
import io.completionworker.completion.Chunk;
import io.completionworker.completion.Emission;
import io.completionworker.completion.Expense;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.port.ChunkWriter;
import io.completionworker.completion.port.OutcomeWriter;
import io.completionworker.completion.port.RequestReader;
import io.completionworker.completion.port.RequestReader.Reading;
import io.completionworker.completion.port.WindowWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes requests and encodes outcomes and usage windows on a thread of its own, the only one that
 * may wait for the registry.
 *
 * <p>What cannot be done now is parked, and one of the parked is tried from time to time; when that
 * works, all of them are tried again. So an outage costs one call in a while, however many requests
 * wait.
 */
public final class CodecStage {

  private static final Logger log = LoggerFactory.getLogger(CodecStage.class);
  private static final long RETRY_NANOS = 500_000_000L;
  private static final long LOG_NANOS = 60_000_000_000L;

  private final RequestReader reader;
  private final OutcomeWriter writer;
  private final ChunkWriter chunkWriter;
  private final DecodingHold undecodable;
  private final Loop loop;
  private final Executor thread;
  private final Consumer<Throwable> fatal;
  private final List<Job> parked = new ArrayList<>();
  private boolean retrying;
  private long loggedAt;
  private boolean logged;
  private volatile boolean registryMissed;

  /**
   * @param undecodable keeps records that would be dead letters
   * @param thread the codec thread: runs one task after the other; may refuse them once it is shut
   *     down
   * @param fatal hears of an error after which the thread can do nothing any more
   */
  public CodecStage(
      RequestReader reader,
      OutcomeWriter writer,
      ChunkWriter chunkWriter,
      DecodingHold undecodable,
      Loop loop,
      Executor thread,
      Consumer<Throwable> fatal) {
    this.reader = reader;
    this.writer = writer;
    this.chunkWriter = chunkWriter;
    this.undecodable = undecodable;
    this.loop = loop;
    this.thread = thread;
    this.fatal = fatal;
    this.loggedAt = loop.nanos() - LOG_NANOS;
  }

  /** Whether something waits for the registry. */
  public boolean registryMissed() {
    return registryMissed;
  }

  /** What keeps records that would be dead letters. */
  public DecodingHold undecodable() {
    return undecodable;
  }

  /** Records that could not be decoded or encoded yet. On the loop only. */
  int forRegistry() {
    return parked.size();
  }

  /**
   * Decodes a flight's record; the reading comes to the loop, never a {@code Later}.
   *
   * @param wanted whether anybody still wants it; asked on the loop before it is tried again
   */
  void read(Flight flight, BooleanSupplier wanted, Consumer<Reading> done) {
    submit(
        new Job(wanted) {
          private final DecodingHold.Entry entry =
              new DecodingHold.Entry(wanted, () -> submit(this));

          @Override
          void run() {
            Reading reading = readSafely(flight);
            if (reading instanceof Reading.Later later) {
              putOff(later.why(), this);
            } else {
              finished(this, () -> read(entry, reading, done));
            }
          }
        });
  }

  private void read(DecodingHold.Entry entry, Reading reading, Consumer<Reading> done) {
    if (!undecodable.keeps(entry, reading)) {
      done.accept(reading);
    }
  }

  /** Encodes an outcome; the emission comes to the loop. */
  void write(Outcome outcome, Consumer<Emission> done) {
    write(() -> writer.write(outcome), done);
  }

  /** Encodes a usage row that does not wait for the outcome; the emission comes to the loop. */
  void write(Expense expense, Consumer<Emission> done) {
    write(() -> writer.write(expense), done);
  }

  /** Encodes a chunk; the emission comes to the loop. Chunks may pass each other. */
  void write(Chunk chunk, Consumer<Emission> done) {
    write(() -> chunkWriter.write(chunk), done);
  }

  private void write(Supplier<OutcomeWriter.Writing> write, Consumer<Emission> done) {
    submit(
        new Job(() -> true) {
          @Override
          void run() {
            var writing = write.get();
            if (writing instanceof OutcomeWriter.Writing.Written written) {
              finished(this, () -> done.accept(written.emission()));
            } else if (writing instanceof OutcomeWriter.Writing.Later later) {
              putOff(later.why(), this);
            }
          }
        });
  }

  /**
   * Encodes a usage window; the bytes come to the loop. May be called by every thread.
   *
   * @param wanted whether anybody still wants it; asked on the loop before it is tried again
   */
  public void write(
      WindowWriter windows, UsageWindow window, BooleanSupplier wanted, Consumer<byte[]> done) {
    submit(
        new Job(wanted) {
          @Override
          void run() {
            WindowWriter.Writing writing = windows.write(window);
            if (writing instanceof WindowWriter.Writing.Written written) {
              finished(this, () -> done.accept(written.bytes()));
            } else if (writing instanceof WindowWriter.Writing.Later later) {
              putOff(later.why(), this);
            }
          }
        });
  }

  /** One thing to decode or encode, until it is done. */
  private abstract static class Job {

    private final BooleanSupplier wanted;
    private boolean again;

    Job(BooleanSupplier wanted) {
      this.wanted = wanted;
    }

    /** On the codec thread. */
    abstract void run();
  }

  /** A record that breaks its reader would break it for ever: it is a dead letter. */
  private Reading readSafely(Flight flight) {
    try {
      return reader.read(flight.source, flight.recovered);
    } catch (RuntimeException | StackOverflowError e) {
      log.atDebug()
          .addKeyValue("request", flight.position())
          .addKeyValue("error", e.getClass().getName())
          .log("A record broke its reader and is a dead letter");
      return new Reading.Ended(
          new Outcome.DeadLettered(
              flight.source,
              e.getClass().getName(),
              "The record could not be read",
              flight.recovered));
    }
  }

  private void finished(Job job, Runnable done) {
    loop.execute(
        () -> {
          if (job.again) {
            job.again = false;
            retryAll();
          }
          done.run();
        });
  }

  private void putOff(String why, Job job) {
    loop.execute(
        () -> {
          job.again = true;
          parked.add(job);
          missed(why);
          retrySoon();
        });
  }

  /** Says so once an outage, and not more often than once in a while when one follows another. */
  private void missed(String why) {
    if (!registryMissed && loop.nanos() - loggedAt >= LOG_NANOS) {
      loggedAt = loop.nanos();
      logged = true;
      log.warn("Requests wait for the schema registry: {}", why);
    }
    registryMissed = true;
  }

  private void found() {
    registryMissed = false;
    if (logged) {
      logged = false;
      log.info("The schema registry is back: requests go on");
    }
  }

  private void retrySoon() {
    if (!retrying && !parked.isEmpty()) {
      retrying = true;
      loop.schedule(RETRY_NANOS, this::retryOne);
    }
  }

  /** Any of them: in turn, one that never works could keep time with the registry's backoff. */
  private void retryOne() {
    retrying = false;
    parked.removeIf(job -> !job.wanted.getAsBoolean());
    if (parked.isEmpty()) {
      found();
    } else {
      submit(parked.remove(ThreadLocalRandom.current().nextInt(parked.size())));
      retrySoon();
    }
  }

  private void retryAll() {
    List<Job> jobs = new ArrayList<>(parked);
    parked.clear();
    found();
    for (Job job : jobs) {
      job.again = false; // it speaks for itself alone now
      if (job.wanted.getAsBoolean()) {
        submit(job);
      }
    }
  }

  private void submit(Job job) {
    try {
      thread.execute(() -> runSafely(job));
    } catch (RejectedExecutionException e) {
      log.debug("The codec is closed; what was asked of it stays in the pending store");
    }
  }

  private void runSafely(Job job) {
    try {
      job.run();
    } catch (RuntimeException e) {
      log.error("The codec failed; this is a bug", e);
      putOff("the codec failed", job);
    } catch (Throwable e) {
      fatal.accept(e);
      throw e;
    }
  }
}
