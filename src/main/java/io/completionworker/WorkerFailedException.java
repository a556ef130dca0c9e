package io.completionworker;

import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.jspecify.annotations.Nullable;

/** The worker stopped by itself; says why, and what to change where that is known. */
final class WorkerFailedException extends Exception {

  private static final long serialVersionUID = 1L;

  private static final String MAKE_IT =
      "; make it with `completion-worker topics`, or see topics.requests";

  /**
   * Of this cause.
   *
   * @param requests the topic that the worker reads: Kafka Streams does not name it when it is gone
   */
  WorkerFailedException(Throwable cause, String requests) {
    super(
        "The worker stopped: "
            + (isMissingTopic(cause)
                ? "the request topic " + requests + " is missing" + MAKE_IT
                : innermost(cause)),
        isMissingTopic(cause) ? null : cause);
  }

  private static boolean isMissingTopic(Throwable cause) {
    @Nullable Throwable link = cause;
    for (int depth = 0; link != null && depth < 32; depth++) {
      if (link instanceof MissingSourceTopicException) {
        return true;
      }
      link = link.getCause();
    }
    return false;
  }

  private static String innermost(Throwable cause) {
    Throwable inner = cause;
    for (int depth = 0; depth < 32; depth++) {
      Throwable next = inner.getCause();
      if (next == null) {
        break;
      }
      inner = next;
    }
    String message = inner.getMessage();
    return message == null ? inner.getClass().getSimpleName() : message;
  }
}
