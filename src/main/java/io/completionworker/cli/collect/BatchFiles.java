// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.collect;

import io.completionworker.cli.batch.FileLines.FileFaultException;
import io.completionworker.cli.batch.LineFaults.InputFaultsException;
import io.completionworker.cli.collect.PreparedCollect.CollectOptions;
import io.completionworker.cli.records.NumberSet;
import io.completionworker.cli.records.RecordsException;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/**
 * The files of one collect: the answers, the errors and, in a directory beside them, the saved
 * progress. For one thread. A lock keeps other processes out.
 */
final class BatchFiles implements Closeable {

  private final CollectOptions options;
  private final Path directory;
  private final Path stateFile;
  private final FileChannel lock;
  private final Answers answers;
  private final Errors errors;
  private final boolean isNew;
  private State state;

  private BatchFiles(CollectOptions options, Path directory, FileChannel lock) throws IOException {
    this.options = options;
    this.directory = directory;
    this.lock = lock;
    this.stateFile = OutputFiles.state(options.out());
    this.isNew = !Files.exists(stateFile);
    this.state = load();
    this.answers =
        options.ordered()
            ? new Answers.Spooled(new Spool(directory.resolve("answers"), state.answersLength()))
            : asTheyCome();
    try {
      this.errors = new Errors(new Spool(directory.resolve("errors"), state.errorsLength()));
    } catch (IOException e) {
      answers.close();
      throw e;
    }
  }

  private Answers asTheyCome() throws IOException {
    return options.printed().isPresent()
        ? new Answers.Printed(options.printed().get().to())
        : new Answers.Appended(options.out(), state.answersLength());
  }

  /**
   * Opens the files of a new collect, or of an earlier one to continue it.
   *
   * @throws RecordsException when another collect uses the files, or they are broken
   * @throws InputFaultsException when the files cannot be written, or belong to something else
   */
  static BatchFiles open(CollectOptions options) throws IOException {
    OutputFiles.require(options.out(), options.errors());
    Path directory = OutputFiles.directory(options.out());
    FileChannel lock = lock(directory);
    try {
      if (!isLocked(lock)) {
        throw new RecordsException("Another collect writes to " + options.out());
      }
      return new BatchFiles(options, directory, lock);
    } catch (FileSystemException e) {
      lock.close();
      throw OutputFiles.cannotWrite(options.out(), e);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static FileChannel lock(Path directory) {
    try {
      Files.createDirectories(directory);
      return FileChannel.open(
          directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw OutputFiles.cannotWrite(directory, e);
    }
  }

  private static boolean isLocked(FileChannel lock) throws IOException {
    try {
      return lock.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // locked by another thread of this process
    }
  }

  private State load() throws IOException {
    State found = State.load(stateFile).orElse(null);
    if (found == null) {
      found = State.begin(options.batch(), options.ordered());
      save(found);
    }
    if (!found.batch().equals(options.batch())) {
      throw OutputFiles.fault(
          "%s has answers of batch %s and not of batch %s (a file that was changed is another"
                  .formatted(options.out(), found.batch(), options.batch())
              + " batch); choose another name for its answers");
    }
    if (found.ordered() != options.ordered()) {
      throw OutputFiles.fault(
          options.out()
              + " was begun "
              + (found.ordered() ? "with" : "without")
              + " --ordered; go on like that, or choose another name");
    }
    return found.publishing() ? moved(found) : found;
  }

  State state() {
    return state;
  }

  /** Whether no earlier collect has left its state. */
  boolean isNew() {
    return isNew;
  }

  /** Adds the answer of a line that had none. */
  void answer(long line, byte[] row) throws IOException {
    writing(
        answersFile(),
        () -> {
          answers.put(line, row);
          return line;
        });
  }

  /** Adds the failure of a line. */
  void error(long line, String reason, byte[] row) throws IOException {
    writing(
        directory.resolve("errors"),
        () -> {
          errors.put(line, reason, row);
          return line;
        });
  }

  /** Forces the files to disk and saves that they contain all records before these offsets. */
  void checkpoint(Map<TopicPartition, Long> reached) throws IOException {
    long answered = writing(answersFile(), answers::force);
    long failed = writing(directory.resolve("errors"), errors::force);
    State next = state.at(Map.copyOf(reached), answered, failed);
    save(next);
    state = next;
  }

  /**
   * Writes the file of errors.
   *
   * @return the number of failed lines by reason
   */
  Map<String, Long> writeErrors() throws IOException {
    return writing(options.errors(), () -> errors.write(options.errors(), state.ledger()));
  }

  /**
   * Writes the ordered file of answers, if order was asked for. Called when all answers are there.
   */
  void publish() throws IOException {
    NumberSet all = state.ledger().answers();
    boolean written = state.published().size() == all.size() && Files.exists(options.out());
    if (!(answers instanceof Answers.Spooled spooled) || written) {
      return;
    }
    writing(
        inOrder(),
        () -> {
          spooled.writeInOrder(inOrder(), all, options.out(), state.published());
          return all;
        });
    NumberSet lines = new NumberSet();
    lines.addAll(all);
    State publishing = state.published(lines, true);
    save(publishing);
    spooled.clear();
    state = moved(publishing);
    if (options.printed().isPresent()) {
      print(options.printed().get().to());
    }
  }

  private void print(PrintWriter to) throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(options.out())) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        to.print(line + "\n");
      }
    }
    to.flush();
  }

  private Path answersFile() {
    if (options.printed().isPresent()) {
      return Path.of(options.answersName());
    }
    return options.ordered() ? directory.resolve("answers") : options.out();
  }

  private void save(State next) throws IOException {
    writing(
        stateFile,
        () -> {
          next.save(stateFile);
          return next;
        });
  }

  /** A step that writes to a file. */
  @FunctionalInterface
  private interface Step<T> {
    T run() throws IOException;
  }

  /**
   * Runs a step that writes to a file. If it fails, for example because the disk is full, throws an
   * exception that names the file and says how to continue.
   */
  private static <T> T writing(Path file, Step<T> step) throws IOException {
    try {
      return step.run();
    } catch (IOException e) {
      throw FileFaultException.failure(
          "Cannot write %s: %s; mend that, and the same command goes on where it stopped"
              .formatted(file, FileFaultException.reason(e)),
          e);
    }
  }

  /**
   * Moves the ordered file to its place. If the process is killed in between, the next start
   * repeats this.
   */
  private State moved(State publishing) throws IOException {
    if (Files.exists(inOrder())) {
      OutputFiles.replace(inOrder(), options.out());
    }
    State done = publishing.published(publishing.published(), false);
    save(done);
    return done;
  }

  private Path inOrder() {
    return directory.resolve("in-order");
  }

  /** Deletes all files of this collect. Called when there was nothing to collect. */
  void discard() throws IOException {
    close();
    if (!options.ordered()) {
      Files.deleteIfExists(options.out()); // does not exist when answers are printed
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  @Override
  public void close() throws IOException {
    try (lock) {
      answers.close();
      errors.close();
    }
  }
}
