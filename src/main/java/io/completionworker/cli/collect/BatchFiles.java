package io.completionworker.cli.collect;

import io.completionworker.cli.records.NumberSet;
import io.completionworker.cli.records.RecordsException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/**
 * The files of one collect: answers, errors, and in a directory beside them what was reached. For
 * one thread; a lock keeps other processes out.
 */
final class BatchFiles implements Closeable {

  private final CollectOptions options;
  private final Path directory;
  private final Path stateFile;
  private final FileChannel lock;
  private final Answers answers;
  private final Errors errors;
  private State state;

  private BatchFiles(CollectOptions options, Path directory, FileChannel lock) throws IOException {
    this.options = options;
    this.directory = directory;
    this.lock = lock;
    this.stateFile = directory.resolve("state");
    this.state = load();
    this.answers =
        options.ordered()
            ? new SpooledAnswers(new Spool(directory.resolve("answers"), state.answersLength()))
            : new AppendedAnswers(options.out(), state.answersLength());
    this.errors = new Errors(new Spool(directory.resolve("errors"), state.errorsLength()));
  }

  /**
   * Goes on where an earlier collect has stopped, or begins.
   *
   * @throws RecordsException when the files belong to something else
   */
  static BatchFiles open(CollectOptions options) throws IOException {
    Path directory = options.out().resolveSibling(options.out().getFileName() + ".collect");
    if (!Files.exists(directory)) {
      refuse(options.out());
      refuse(options.errors());
    }
    Files.createDirectories(directory);
    FileChannel lock =
        FileChannel.open(
            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (!isLocked(lock)) {
        throw new RecordsException("Another collect writes to " + options.out());
      }
      return new BatchFiles(options, directory, lock);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static boolean isLocked(FileChannel lock) throws IOException {
    try {
      return lock.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // by another thread of this process
    }
  }

  private static void refuse(Path file) {
    if (Files.exists(file)) {
      throw new RecordsException(
          file + " exists, and no collect has begun it; choose another name");
    }
  }

  private State load() throws IOException {
    State found = State.load(stateFile).orElse(null);
    if (found == null) {
      found = State.begin(options.batch(), options.ordered());
      found.save(stateFile);
    }
    if (!found.batch().equals(options.batch())) {
      throw new RecordsException(options.out() + " has answers of batch " + found.batch());
    }
    if (found.ordered() != options.ordered()) {
      throw new RecordsException(
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

  /** Takes the answer of a line that had none. */
  void answer(long line, byte[] row) throws IOException {
    answers.put(line, row);
  }

  /** Takes the failure of a line. */
  void error(long line, String reason, byte[] row) throws IOException {
    errors.put(line, reason, row);
  }

  /** Notes that all before these offsets is in the files. */
  void checkpoint(Map<TopicPartition, Long> reached) throws IOException {
    state = state.at(Map.copyOf(reached), answers.force(), errors.force());
    state.save(stateFile);
  }

  /**
   * Writes the file of errors.
   *
   * @return lines that failed, by reason
   */
  Map<String, Long> writeErrors() throws IOException {
    return errors.write(options.errors(), state.ledger());
  }

  /** All answers are there: when they are to be in order, writes them so. */
  void publish() throws IOException {
    NumberSet all = state.ledger().answers();
    boolean written = state.published().size() == all.size() && Files.exists(options.out());
    if (!(answers instanceof SpooledAnswers spooled) || written) {
      return;
    }
    spooled.writeInOrder(inOrder(), all, options.out(), state.published());
    NumberSet lines = new NumberSet();
    lines.addAll(all);
    State publishing = state.published(lines, true);
    publishing.save(stateFile);
    spooled.clear();
    state = moved(publishing);
  }

  /** Puts the file in order in its place; again, when the process was killed at it. */
  private State moved(State publishing) throws IOException {
    if (Files.exists(inOrder())) {
      Durable.move(inOrder(), options.out());
    }
    State done = publishing.published(publishing.published(), false);
    done.save(stateFile);
    return done;
  }

  private Path inOrder() {
    return directory.resolve("in-order");
  }

  /** Leaves nothing behind: there was nothing to collect. */
  void discard() throws IOException {
    close();
    if (!options.ordered()) {
      Files.deleteIfExists(options.out());
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
