package io.completionworker.async.dispatch;

import io.completionworker.completion.Emission;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.port.OutcomeWriter;
import io.completionworker.completion.port.RequestReader;
import io.completionworker.completion.port.RequestReader.Reading;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes requests and encodes outcomes on a thread of its own, the only one that may wait for the
 * registry. What cannot be done now is done later: a request stays where it is until the registry
 * is back.
 */
public final class CodecStage implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(CodecStage.class);
  private static final long RETRY_NANOS = 500_000_000L;

  private final RequestReader reader;
  private final OutcomeWriter writer;
  private final Loop loop;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread codec = new Thread(task, "completion-codec");
            codec.setDaemon(true);
            return codec;
          });
  private volatile boolean registryMissed;

  /** Reader and writer are called on the codec thread alone. */
  public CodecStage(RequestReader reader, OutcomeWriter writer, Loop loop) {
    this.reader = reader;
    this.writer = writer;
    this.loop = loop;
  }

  /** Whether the last try to read or write had to be put off. */
  public boolean registryMissed() {
    return registryMissed;
  }

  /** Decodes a flight's record; the reading comes to the loop, never a {@code Later}. */
  void read(Flight flight, Consumer<Reading> done) {
    submit(
        () -> {
          Reading reading = readSafely(flight);
          if (reading instanceof Reading.Later later) {
            putOff(later.why(), () -> read(flight, done));
          } else {
            registryMissed = false;
            loop.execute(() -> done.accept(reading));
          }
        });
  }

  /** Encodes an outcome; the emission comes to the loop. */
  void write(Outcome outcome, Consumer<Emission> done) {
    submit(
        () -> {
          var writing = writer.write(outcome);
          if (writing instanceof OutcomeWriter.Writing.Written written) {
            registryMissed = false;
            loop.execute(() -> done.accept(written.emission()));
          } else if (writing instanceof OutcomeWriter.Writing.Later later) {
            putOff(later.why(), () -> write(outcome, done));
          }
        });
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  /** A record that breaks its reader would break it for ever: it is a dead letter. */
  private Reading readSafely(Flight flight) {
    try {
      return reader.read(flight.source, flight.recovered);
    } catch (RuntimeException | StackOverflowError e) {
      log.warn("Could not read {}: {}", flight.position(), e.getClass().getName());
      return new Reading.Ended(
          new Outcome.DeadLettered(
              flight.source,
              e.getClass().getName(),
              "The record could not be read",
              flight.recovered));
    }
  }

  private void putOff(String why, Runnable again) {
    if (!registryMissed) {
      registryMissed = true;
      log.warn("Requests wait for the schema registry: {}", why);
    }
    loop.schedule(RETRY_NANOS, again);
  }

  private void submit(Runnable task) {
    try {
      thread.execute(task);
    } catch (RejectedExecutionException e) {
      log.debug("The codec is closed; what was asked of it stays in the pending store");
    }
  }
}
