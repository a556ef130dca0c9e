// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde;

import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.RetriableException;

/** Distinguishes a registry that is unavailable from bytes that cannot be read, for every serde. */
public final class Outage {

  private static final int DEEPEST = 10;

  /**
   * The end of a message of Confluent's client. A code of five digits begins with an HTTP status.
   */
  private static final Pattern REST_CODE = Pattern.compile("error code: (\\d{3})(\\d{2})?$");

  private static final Set<Integer> UNDECIDED = Set.of(401, 403, 407, 408, 429);

  private Outage() {}

  /**
   * Whether the same bytes may be read later. This is so for retriable exceptions, for network
   * faults (which some serdes wrap into exceptions that are not retriable), for credentials that
   * the registry refuses, and for interrupts, which occur when the process ends.
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
          || cause instanceof SSLException
          || cause instanceof AuthenticationException
          || cause instanceof AuthorizationException
          || isUndecided(cause)) {
        return true;
      }
    }
    return Thread.currentThread().isInterrupted();
  }

  /**
   * Whether the message has a code of the registry that says nothing about the bytes. Confluent's
   * serdes before release 8 have the code only in the message.
   */
  private static boolean isUndecided(Throwable cause) {
    if (!(cause instanceof InvalidConfigurationException)
        && !cause.getClass().getSimpleName().equals("RestClientException")) {
      return false;
    }
    Matcher code = REST_CODE.matcher(String.valueOf(cause.getMessage()));
    if (!code.find()) {
      return false;
    }
    int status = Integer.parseInt(code.group(1));
    return status >= 500 || UNDECIDED.contains(status);
  }
}
