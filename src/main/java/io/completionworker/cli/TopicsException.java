package io.completionworker.cli;

/** The topics are not as they should be, or the brokers did not let us see to it; in one line. */
final class TopicsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TopicsException(String message) {
    super(message);
  }

  TopicsException(String message, Throwable cause) {
    super(message, cause);
  }
}
