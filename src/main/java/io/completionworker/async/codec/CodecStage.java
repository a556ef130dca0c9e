// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.codec;

import io.completionworker.async.codec.CodecJob.Kind;
import io.completionworker.async.loop.Loop;
import io.completionworker.avro.UsageWindow;
import io.completionworker.completion.Chunk;
import io.completionworker.completion.Emission;
import io.completionworker.completion.Emission.BilledAttempt;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.port.ChunkWriter;
import io.completionworker.completion.port.EncodingResult;
import io.completionworker.completion.port.OutcomeWriter;
import io.completionworker.completion.port.RequestReader;
import io.completionworker.completion.port.RequestReader.Reading;
import io.completionworker.completion.port.WindowWriter;
import io.completionworker.control.ControlRecord;
import io.completionworker.metrics.Meters;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes requests and controls, and encodes outcomes and usage windows: large ones, and all that
 * may have to wait for the registry, on a thread of its own.
 *
 * <p>Jobs that cannot be done now wait in {@link DeferredJobs}. An answer that can never be encoded
 * becomes a failure, and such a failure becomes a dead letter with the request itself. A usage row,
 * a chunk or a window that can never be encoded is left out.
 */
public final class CodecStage {

  private static final Logger log = LoggerFactory.getLogger(CodecStage.class);

  private final Coders coders;
  private final DecodingHold undecodable;
  private final Loop loop;
  private final EncodingFaults faults;
  private final CodecThread jobs;

  /** The decoders and the encoders; {@code withoutWaiting} is as in {@link CodecThread}. */
  public record Coders(
      RequestReader reader,
      OutcomeWriter writer,
      ChunkWriter chunks,
      ControlRecord.Reader controls,
      @Nullable Consumer<Runnable> withoutWaiting,
      BooleanSupplier decodesQuickly) {}

  /**
   * @param undecodable holds records that would be dead letters
   * @param thread the codec thread: runs one task at a time, and may reject tasks once shut down
   * @param fatal receives an error after which the thread can do nothing more
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
    this.faults = new EncodingFaults(meters, log);
    var unwaiting = coders.withoutWaiting();
    this.jobs = new CodecThread(loop, thread, unwaiting, undecodable.patience(), fatal, log);
  }

  /** Whether a job waits for the registry. */
  public boolean registryMissed() {
    return jobs.deferred().registryMissed();
  }

  /** Returns what keeps requests from their outcomes, one line each. */
  public List<String> notReadyReasons() {
    List<String> lines = new ArrayList<>(jobs.deferred().notReadyReasons());
    undecodable.now().map(DecodingHold.Held::line).ifPresent(lines::add);
    return lines;
  }

  /** Whether a kind of outcome, chunks or usage rows are refused, since none can be written now. */
  public boolean answersRefused() {
    return faults.anyRefused();
  }

  /** Returns the hold of records that would be dead letters. */
  public DecodingHold undecodable() {
    return undecodable;
  }

  /** Returns the number of records that could not be decoded or encoded yet. On the loop only. */
  public int waiting() {
    return jobs.deferred().size();
  }

  /**
   * Decodes a request. {@code done} gets a call or an outcome, on the loop.
   *
   * @param wanted whether the result is still needed; asked on the loop before it is tried again
   */
  public void read(Undecoded record, BooleanSupplier wanted, Consumer<Reading> done) {
    jobs.submit(
        coders.decodesQuickly().getAsBoolean() ? record.size() : Long.MAX_VALUE,
        new CodecJob(Kind.DECODE, wanted) {
          private final DecodingHold.Entry entry =
              new DecodingHold.Entry(wanted, () -> jobs.submit(this));

          @Override
          void run() {
            Reading reading = readSafely(record);
            if (reading instanceof Reading.Later later) {
              jobs.putOff(this, later.why());
            } else if (reading instanceof Reading.Unknown unknown) {
              loop.execute(
                  () -> {
                    if (!jobs.deferred().forSchema(this, unknown.schema())) {
                      judge(new Reading.Ended(unknown.otherwise()));
                    }
                  });
            } else {
              jobs.finished(this, () -> judge(reading));
            }
          }

          private void judge(Reading reading) {
            if (!undecodable.keeps(entry, reading)) {
              done.accept(reading);
            }
          }
        });
  }

  /**
   * Decodes a control. {@code done} gets the result, on the loop. After a {@link
   * ControlRecord.Reading.Later} the record is decoded again, and {@code done} gets another result.
   *
   * @param wanted whether the result is still needed; asked on the loop before it is tried again
   */
  public void read(
      ControlRecord record, BooleanSupplier wanted, Consumer<ControlRecord.Reading> done) {
    jobs.submit(
        new CodecJob(Kind.DECODE, wanted) {
          @Override
          void run() {
            ControlRecord.Reading reading = readSafely(record);
            if (reading instanceof ControlRecord.Reading.Later later) {
              if (jobs.putOff(this, later.why())) {
                loop.execute(() -> done.accept(later));
              }
            } else {
              jobs.finished(this, () -> done.accept(reading));
            }
          }
        });
  }

  /** Encodes an outcome. {@code done} gets the encoded outcome and its emission, on the loop. */
  public void write(Outcome outcome, BiConsumer<Outcome, Emission> done) {
    jobs.submit(
        outcome.size(),
        new CodecJob(Kind.ENCODE, () -> true) {
          private Outcome current = outcome;

          @Override
          void run() {
            EncodingResult<Emission> result =
                faults.encode(current.getClass(), () -> coders.writer().write(current));
            Outcome less =
                result instanceof EncodingResult.Unencodable<Emission> never
                    ? faults.lesser(current, never.why())
                    : null;
            if (less != null) {
              current = less;
              run();
            } else if (result instanceof EncodingResult.Unencodable<Emission> never) {
              jobs.putOff(this, new EncodingResult.Blocked<>(never.why())); // none is smaller
            } else {
              Outcome written = current;
              ended(this, written.source(), result, emission -> done.accept(written, emission));
            }
          }
        });
  }

  /** Encodes a usage row that does not wait for the outcome, in the same way. */
  public void write(BilledAttempt expense, Consumer<Emission> done) {
    var call = expense.call();
    Emission.Role role = new Emission.Role.Row(expense.progress());
    write(call.source(), role, Outcome.copied(call), () -> coders.writer().write(expense), done);
  }

  /**
   * Encodes a chunk, in the same way. Chunks may overtake each other.
   *
   * @param bytes size of what the chunk has
   */
  public void write(Chunk chunk, long bytes, Consumer<Emission> done) {
    Emission.Role role = new Emission.Role.Piece();
    write(chunk.call().source(), role, bytes, () -> coders.chunks().write(chunk), done);
  }

  /** Encodes a row or a chunk. One that can never be encoded is left out. */
  private void write(
      SourceRecord source,
      Emission.Role role,
      long bytes,
      Supplier<EncodingResult<Emission>> write,
      Consumer<Emission> done) {
    jobs.submit(
        bytes,
        new CodecJob(Kind.ENCODE, () -> true) {
          @Override
          void run() {
            EncodingResult<Emission> result = faults.encode(role.getClass(), write);
            if (result instanceof EncodingResult.Unencodable<Emission> never) {
              boolean row = role instanceof Emission.Role.Row;
              faults.leftOut(row ? "A usage row" : "A chunk", source, never.why());
              Emission nothing = Emission.empty(source, loop.millis(), role);
              ended(this, source, new EncodingResult.Encoded<>(nothing), done);
            } else {
              ended(this, source, result, done);
            }
          }
        });
  }

  private void ended(
      CodecJob job, SourceRecord source, EncodingResult<Emission> result, Consumer<Emission> done) {
    if (result instanceof EncodingResult.Encoded<Emission> written) {
      String leftOut = written.leftOut();
      if (leftOut != null) {
        faults.leftOut("A part of the outcome", source, leftOut);
      }
      jobs.finished(job, () -> done.accept(written.value()));
    } else {
      jobs.putOff(job, result);
    }
  }

  /**
   * Encodes a usage window. {@code done} gets the bytes, on the loop; null if the window can never
   * be encoded. May be called on any thread.
   *
   * @param wanted whether the result is still needed; asked on the loop before it is tried again
   */
  public void write(
      WindowWriter windows,
      UsageWindow window,
      BooleanSupplier wanted,
      Consumer<byte @Nullable []> done) {
    CodecJob job =
        new CodecJob(Kind.ENCODE, wanted) {
          @Override
          void run() {
            EncodingResult<byte[]> result = EncodingFaults.safely(() -> windows.write(window));
            if (result instanceof EncodingResult.Encoded<byte[]> written) {
              jobs.finished(this, () -> done.accept(written.value()));
            } else if (result instanceof EncodingResult.Unencodable<byte[]> never) {
              faults.leftOut("A usage window", null, never.why());
              jobs.finished(this, () -> done.accept(null));
            } else {
              jobs.putOff(this, result);
            }
          }
        };
    loop.execute(() -> jobs.submit(job));
  }

  /** Decodes a record. One that breaks its reader would do so again, and is a dead letter. */
  private Reading readSafely(Undecoded record) {
    SourceRecord source = record.whole();
    try {
      return coders.reader().read(source, record.recovered());
    } catch (RuntimeException | StackOverflowError e) {
      log.atDebug()
          .addKeyValue("request", source.position())
          .addKeyValue("error", e.getClass().getName())
          .log("A record broke its reader and is a dead letter");
      return new Reading.Ended(Outcome.DeadLettered.unreadable(source, e, record.recovered()));
    }
  }

  /** Decodes a control. One that breaks its reader would do so again, and is ignored. */
  private ControlRecord.Reading readSafely(ControlRecord record) {
    try {
      return coders.controls().read(record);
    } catch (RuntimeException | StackOverflowError e) {
      return new ControlRecord.Reading.Invalid("its reader broke with " + e.getClass().getName());
    }
  }
}
