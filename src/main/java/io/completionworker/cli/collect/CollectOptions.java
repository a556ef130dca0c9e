package io.completionworker.cli.collect;

import io.completionworker.cli.records.StartAt;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What is to be collected, and where to.
 *
 * @param out file of answers
 * @param errors file of errors
 * @param ordered whether answers are to stand in the order of their lines
 * @param since where reading begins when nothing was collected yet
 * @param timeout after which what is there must do; empty to wait until all is there
 */
public record CollectOptions(
    String batch,
    Path out,
    Path errors,
    boolean ordered,
    StartAt since,
    Optional<Duration> timeout) {

  /** The file of errors beside a file of answers: {@code a.jsonl} has {@code a.errors.jsonl}. */
  public static Path errorsBeside(Path out) {
    String name = String.valueOf(out.getFileName());
    int dot = name.lastIndexOf('.');
    return out.resolveSibling(
        dot > 0 ? name.substring(0, dot) + ".errors" + name.substring(dot) : name + ".errors");
  }
}
