package io.completionworker.cli.batch;

/**
 * Why a line cannot be published.
 *
 * @param line from 1
 * @param reason names a field; quotes nothing of a prompt
 */
public record LineFault(long line, String reason) {

  @Override
  public String toString() {
    return "line " + line + ": " + reason;
  }
}
