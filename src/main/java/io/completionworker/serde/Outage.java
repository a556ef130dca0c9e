package io.completionworker.serde;

import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import javax.net.ssl.SSLException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;

/** Tells bytes that cannot be read from a registry that cannot be asked, for every serde. */
public final class Outage {

  private static final int DEEPEST = 10;

  private Outage() {}

  /**
   * Whether the same bytes may be read later. Besides retriable exceptions these are faults of the
   * network, which some serdes wrap into exceptions that are not retriable, and interrupts, which
   * come with the end of the process.
   */
  public static boolean is(Throwable thrown) {
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
}
