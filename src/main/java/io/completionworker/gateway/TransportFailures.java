// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import static io.completionworker.completion.AttemptResult.AttemptError.Disposition.FAIL;
import static io.completionworker.completion.AttemptResult.AttemptError.Disposition.RETRY;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.vertx.core.VertxException;
import java.security.cert.CertPathBuilderException;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;

/**
 * Makes the results of attempts that got no response. Once a byte may have been sent, the endpoint
 * may have done the work and billed it.
 */
final class TransportFailures {

  private static final int MAX_MESSAGE = 500;
  private static final int MAX_CAUSES = 10;

  /** Vert.x's message for a connection that was lost before it could be used. */
  private static final String CLOSED = "Connection was closed";

  private final Redactor redactor;

  TransportFailures(Redactor redactor) {
    this.redactor = redactor;
  }

  /**
   * Returns the result if there is no connection: it was refused, the host was not resolved, or the
   * TLS handshake failed.
   */
  AttemptResult.Rejected notConnected(Throwable cause) {
    String message = noConnection(cause);
    return rejected(FailureReason.CONNECT_FAILED, RETRY, false, message);
  }

  /** Describes why there is no connection, without secrets. */
  String describe(Throwable cause) {
    return redactor.clean(noConnection(cause), MAX_MESSAGE);
  }

  /** Describes how a stream lost its connection, without secrets. */
  String lost(Throwable cause) {
    return redactor.clean("the connection was lost: " + words(cause), MAX_MESSAGE);
  }

  private static String noConnection(Throwable cause) {
    return "no connection: " + words(cause) + hint(cause);
  }

  /** Returns the result if there was no connection within this time. */
  AttemptResult connectTimeout(Duration limit) {
    String message = "no connection within " + limit.toMillis() + " ms";
    return rejected(FailureReason.CONNECT_FAILED, RETRY, false, message);
  }

  /** Returns the result if the connection was reset or closed before the answer was complete. */
  AttemptResult.Rejected connectionLost(Throwable cause, boolean sent) {
    if (find(SSLHandshakeException.class, cause)) {
      // TLS 1.3: a server may reject the client's certificate after the client has begun to send.
      return notConnected(cause);
    }
    String message = "the connection was lost: " + words(cause);
    return rejected(FailureReason.CONNECTION_LOST, RETRY, sent, message);
  }

  /** Returns the result if this worker is stopping. */
  AttemptResult closed(boolean sent) {
    String message = "the client was closed";
    return rejected(FailureReason.CONNECTION_LOST, RETRY, sent, message);
  }

  /** Returns the result if the attempt was cancelled. */
  AttemptResult.Rejected cancelled(boolean sent) {
    String message = sent ? "the open call was cancelled" : "cancelled before it was sent";
    return rejected(FailureReason.CANCELLED, FAIL, sent, message);
  }

  /** Returns the result if nothing was received for this time. */
  AttemptResult.Rejected silent(Duration limit) {
    String message = "nothing received for " + limit.toMillis() + " ms";
    return rejected(FailureReason.REQUEST_TIMEOUT, RETRY, true, message);
  }

  /** Returns the result if the answer was not complete within this time. */
  AttemptResult.Rejected tooSlow(Duration limit) {
    String message = "no complete answer within " + limit.toMillis() + " ms";
    return rejected(FailureReason.REQUEST_TIMEOUT, RETRY, true, message);
  }

  /** Returns the result if the request cannot be written as HTTP and JSON. Nothing was sent. */
  AttemptResult notEncodable(Throwable cause) {
    String message = "the request cannot be sent: " + words(cause);
    return rejected(FailureReason.INVALID_REQUEST, FAIL, false, message);
  }

  /** Returns the result if the worker itself failed while it read the response. */
  AttemptResult notReadable(RuntimeException cause) {
    String message = "the answer cannot be read: " + cause.getClass().getSimpleName();
    return rejected(FailureReason.INVALID_RESPONSE, RETRY, true, message);
  }

  private AttemptResult.Rejected rejected(
      FailureReason reason, Disposition disposition, boolean maybeBilled, String message) {
    return new AttemptResult.Rejected(
        new AttemptError(
            reason,
            disposition,
            maybeBilled,
            null,
            redactor.clean(message, MAX_MESSAGE),
            AttemptError.Details.NONE,
            null));
  }

  /**
   * Returns the message of the failure and that of its root cause. Only the root cause says why a
   * handshake failed.
   */
  private static String words(Throwable cause) {
    Throwable root = causes(cause).reduce(cause, (outer, inner) -> inner);
    return root == cause ? saying(cause) : saying(cause) + ": " + saying(root);
  }

  /**
   * Returns a hint at the setting to check if the TLS messages do not name it, else an empty text.
   */
  private static String hint(Throwable cause) {
    if (find(CertPathBuilderException.class, cause)) {
      return "; the endpoint's certificate is not trusted, see gateway.tls.trust.store.path";
    }
    if (cause instanceof VertxException && saying(cause).equals(CLOSED)) {
      // HTTP/2: Vert.x does not report the alert
      return "; the endpoint ended the handshake, see gateway.tls.key.store.path if it asks for a"
          + " certificate";
    }
    boolean refused =
        causes(cause)
            .anyMatch(
                link ->
                    link instanceof SSLHandshakeException
                        && saying(link).contains("Received fatal alert"));
    return refused
        ? "; the endpoint refused the handshake, see gateway.tls.key.store.path if it asks for a"
            + " certificate"
        : "";
  }

  private static boolean find(Class<? extends Throwable> type, Throwable cause) {
    return causes(cause).anyMatch(type::isInstance);
  }

  /**
   * Returns the failure and its causes. Their number is limited because a chain may have a loop.
   */
  private static Stream<Throwable> causes(Throwable cause) {
    return Stream.iterate(cause, Objects::nonNull, Throwable::getCause).limit(MAX_CAUSES);
  }

  private static String saying(Throwable cause) {
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }
}
