package io.completionworker.cli.records;

/** A command cannot go on with what is on the topics or in its files; in one line. */
public final class RecordsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What is wrong, and what to do. */
  public RecordsException(String message) {
    super(message);
  }

  /** What is wrong, and what to do. */
  public RecordsException(String message, Throwable cause) {
    super(message, cause);
  }
}
