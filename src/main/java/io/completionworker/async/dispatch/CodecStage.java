// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.avro.UsageWindow;
import io.completionworker.completion.Chunk;
import io.completionworker.completion.Emission;
import io.completionworker.completion.Emission.Expense;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.port.ChunkWriter;
import io.completionworker.completion.port.OutcomeWriter;
import io.completionworker.completion.port.RequestReader;
import io.completionworker.completion.port.RequestReader.Reading;
import io.completionworker.completion.port.WindowWriter;
import io.completionworker.completion.port.Writing;
import io.completionworker.metrics.Meters;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes requests and encodes outcomes and usage windows on a thread of its own, the only one that
 * may wait for the registry.
 *
 * <p>What cannot be done now is parked, see {@link ParkedJobs}. What can never be encoded becomes
 * less: an answer a failure, a failure the request itself as a dead letter; a usage row, a chunk or
 * a window is left out.
 */
public final class CodecStage {

  private static final Logger log = LoggerFactory.getLogger(CodecStage.class);

  private final Coders coders;
  private final DecodingHold undecodable;
  private final Loop loop;
  private final Executor thread;
  private final EncodingFaults faults;
  private final Consumer<Throwable> fatal;
  private final ParkedJobs parked;
  private volatile boolean answersRefused;

  /** What reads and writes records. */
  public record Coders(RequestReader reader, OutcomeWriter writer, ChunkWriter chunks) {}

  /**
   * @param undecodable keeps records that would be dead letters
   * @param thread the codec thread: one task after the other; may refuse them once it is shut down
   * @param fatal hears of an error after which the thread can do nothing any more
   */
  public CodecStage(
      Coders coders,
      DecodingHold undecodable,
      Loop loop,
      Executor thread,
      Meters meters,
      Consumer<Throwable> fatal) {
    this.coders = coders;
    this.undecodable = undecodable;
    this.loop = loop;
    this.thread = thread;
    this.faults = new EncodingFaults(meters, log);
    this.fatal = fatal;
    this.parked = new ParkedJobs(loop, undecodable.patience(), this::submit, log);
  }

  /** Whether something waits for the registry. */
  public boolean registryMissed() {
    return parked.registryMissed();
  }

  /** What keeps requests from their outcomes, a line each. */
  public List<String> hindrances() {
    List<String> lines = new ArrayList<>(parked.hindrances());
    undecodable.now().map(DecodingHold.Held::line).ifPresent(lines::add);
    return lines;
  }

  /** Whether the last answer, chunk or usage row could not be written, and none can be. */
  boolean answersRefused() {
    return answersRefused;
  }

  /** What keeps records that would be dead letters. */
  public DecodingHold undecodable() {
    return undecodable;
  }

  /** Records that could not be decoded or encoded yet. On the loop only. */
  int waiting() {
    return parked.size();
  }

  /**
   * Decodes a flight's record; the reading comes to the loop: a call, or an outcome.
   *
   * @param wanted whether it is still needed; asked on the loop before it is tried again
   */
  void read(Flight flight, BooleanSupplier wanted, Consumer<Reading> done) {
    submit(
        new CodecJob(wanted) {
          private final DecodingHold.Entry entry =
              new DecodingHold.Entry(wanted, () -> submit(this));

          @Override
          void run() {
            Reading reading = readSafely(flight);
            if (reading instanceof Reading.Later later) {
              loop.execute(() -> parked.forRegistry(this, later.why()));
            } else if (reading instanceof Reading.Unknown unknown) {
              loop.execute(
                  () -> {
                    if (!parked.forSchema(this, unknown.schema())) {
                      judge(new Reading.Ended(unknown.otherwise()));
                    }
                  });
            } else {
              finished(this, () -> judge(reading));
            }
          }

          private void judge(Reading reading) {
            if (!undecodable.keeps(entry, reading)) {
              done.accept(reading);
            }
          }
        });
  }

  /** Encodes an outcome; the emission comes to the loop, with the outcome that it is of. */
  void write(Outcome outcome, BiConsumer<Outcome, Emission> done) {
    submit(
        new CodecJob(() -> true) {
          private Outcome current = outcome;

          @Override
          void run() {
            Writing<Emission> writing = safely(() -> coders.writer().write(current));
            Outcome less =
                writing instanceof Writing.Never<Emission> never
                    ? faults.lesser(current, never.why())
                    : null;
            if (less != null) {
              current = less;
              run();
            } else if (writing instanceof Writing.Never<Emission> never) {
              putOff(this, new Writing.Refused<>(never.why())); // no way is left to end it
            } else {
              Outcome written = current;
              ended(this, written.source(), writing, emission -> done.accept(written, emission));
            }
          }
        });
  }

  /** Encodes a usage row that does not wait for the outcome; likewise. */
  void write(Expense expense, Consumer<Emission> done) {
    SourceRecord source = expense.call().source();
    Emission.Role role = new Emission.Role.Row(expense.progress());
    write(source, role, () -> coders.writer().write(expense), done);
  }

  /** Encodes a chunk; likewise. Chunks may pass each other. */
  void write(Chunk chunk, Consumer<Emission> done) {
    Emission.Role role = new Emission.Role.Piece();
    write(chunk.call().source(), role, () -> coders.chunks().write(chunk), done);
  }

  /** What can never be encoded is left out: its request goes on all the same. */
  private void write(
      SourceRecord source,
      Emission.Role role,
      Supplier<Writing<Emission>> write,
      Consumer<Emission> done) {
    submit(
        new CodecJob(() -> true) {
          @Override
          void run() {
            Writing<Emission> writing = safely(write);
            if (writing instanceof Writing.Never<Emission> never) {
              faults.leftOut(
                  role instanceof Emission.Role.Row ? "A usage row" : "A chunk",
                  source,
                  never.why());
              Emission nothing = Emission.empty(source, loop.millis(), role);
              ended(this, source, new Writing.Written<>(nothing), done);
            } else {
              ended(this, source, writing, done);
            }
          }
        });
  }

  private void ended(
      CodecJob job, SourceRecord source, Writing<Emission> writing, Consumer<Emission> done) {
    answersRefused = writing instanceof Writing.Refused<Emission>;
    if (writing instanceof Writing.Written<Emission> written) {
      String leftOut = written.leftOut();
      if (leftOut != null) {
        faults.leftOut("A part of the outcome", source, leftOut);
      }
      finished(job, () -> done.accept(written.value()));
    } else {
      putOff(job, writing);
    }
  }

  private static <T> Writing<T> safely(Supplier<Writing<T>> write) {
    try {
      return write.get();
    } catch (RuntimeException | StackOverflowError e) {
      return new Writing.Never<>(EncodingFaults.broken(e));
    }
  }

  /**
   * Encodes a usage window; the bytes come to the loop, null when it can never be encoded. May be
   * called by every thread.
   *
   * @param wanted whether it is still needed; asked on the loop before it is tried again
   */
  public void write(
      WindowWriter windows,
      UsageWindow window,
      BooleanSupplier wanted,
      Consumer<byte @Nullable []> done) {
    submit(
        new CodecJob(wanted) {
          @Override
          void run() {
            Writing<byte[]> writing = safely(() -> windows.write(window));
            if (writing instanceof Writing.Written<byte[]> written) {
              finished(this, () -> done.accept(written.value()));
            } else if (writing instanceof Writing.Never<byte[]> never) {
              faults.leftOut("A usage window", null, never.why());
              finished(this, () -> done.accept(null));
            } else {
              putOff(this, writing);
            }
          }
        });
  }

  /** A record that breaks its reader would break it for ever: it is a dead letter. */
  private Reading readSafely(Flight flight) {
    SourceRecord source = flight.whole();
    try {
      return coders.reader().read(source, flight.recovered);
    } catch (RuntimeException | StackOverflowError e) {
      log.atDebug()
          .addKeyValue("request", flight.position())
          .addKeyValue("error", e.getClass().getName())
          .log("A record broke its reader and is a dead letter");
      return new Reading.Ended(
          new Outcome.DeadLettered(
              source, e.getClass().getName(), "The record could not be read", flight.recovered));
    }
  }

  private void finished(CodecJob job, Runnable done) {
    loop.execute(
        () -> {
          parked.done(job);
          done.run();
        });
  }

  private void putOff(CodecJob job, Writing<?> writing) {
    if (writing instanceof Writing.Refused<?> refused) {
      loop.execute(() -> parked.refused(job, refused.why()));
    } else if (writing instanceof Writing.Later<?> later) {
      loop.execute(() -> parked.forRegistry(job, later.why()));
    }
  }

  private void submit(CodecJob job) {
    try {
      thread.execute(() -> runSafely(job));
    } catch (RejectedExecutionException e) {
      log.debug("The codec is closed; what was asked of it stays in the pending store");
    }
  }

  private void runSafely(CodecJob job) {
    try {
      job.run();
    } catch (Throwable e) {
      fatal.accept(e);
      throw e;
    }
  }
}
