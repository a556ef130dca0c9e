package io.completionworker.codec;

import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import javax.net.ssl.SSLException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/** What an exception of a serde means. */
final class Faults {

  private static final int LONGEST = 1000;
  private static final int DEEPEST = 10;

  private Faults() {}

  /**
   * Whether the same bytes may be read later. Besides retriable exceptions these are faults of the
   * network, which some serdes wrap into exceptions that are not retriable, and interrupts, which
   * come with the end of the worker.
   */
  static boolean mayPass(Throwable thrown) {
    Throwable cause = thrown;
    for (int i = 0; cause != null && i < DEEPEST; i++, cause = cause.getCause()) {
      if (cause instanceof RetriableException
          || cause instanceof InterruptException
          || cause instanceof InterruptedException
          || cause instanceof SocketException
          || cause instanceof UnknownHostException
          || cause instanceof InterruptedIOException
          || cause instanceof HttpTimeoutException
          || cause instanceof SSLException) {
        return true;
      }
    }
    return Thread.currentThread().isInterrupted();
  }

  /** Class and message, and those of the innermost cause. */
  static String describe(Throwable thrown) {
    Throwable root = thrown;
    for (int i = 0; root.getCause() != null && i < DEEPEST; i++) {
      root = root.getCause();
    }
    String text = line(thrown, thrown.getMessage());
    return cut(root == thrown ? text : text + "; caused by " + line(root, root.getMessage()));
  }

  /** The same without messages of libraries that may quote the value they could not write. */
  static String describeWithoutData(Throwable thrown) {
    boolean ours = thrown instanceof KafkaException;
    return cut(line(thrown, ours ? thrown.getMessage() : null));
  }

  private static String line(Throwable thrown, @Nullable String message) {
    String name = thrown.getClass().getSimpleName();
    return message == null ? name : name + ": " + message;
  }

  private static String cut(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
  }
}
