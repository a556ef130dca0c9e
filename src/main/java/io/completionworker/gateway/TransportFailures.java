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
 * The ends of an attempt that no response came of. Once a byte may have been sent, the endpoint may
 * have done the work and billed it.
 */
final class TransportFailures {

  private static final int MAX_MESSAGE = 500;
  private static final int MAX_CAUSES = 10;

  /** What Vert.x says of a connection that is gone before it can be used. */
  private static final String CLOSED = "Connection was closed";

  private final Redactor redactor;

  TransportFailures(Redactor redactor) {
    this.redactor = redactor;
  }

  /** Refused, unresolved, or a TLS handshake that failed. */
  AttemptResult.Rejected notConnected(Throwable cause) {
    String message = noConnection(cause);
    return rejected(FailureReason.CONNECT_FAILED, RETRY, false, message);
  }

  /** The same in words, without secrets. */
  String describe(Throwable cause) {
    return redactor.clean(noConnection(cause), MAX_MESSAGE);
  }

  /** How a stream lost its connection, in words and without secrets. */
  String lost(Throwable cause) {
    return redactor.clean("the connection was lost: " + words(cause), MAX_MESSAGE);
  }

  private static String noConnection(Throwable cause) {
    return "no connection: " + words(cause) + hint(cause);
  }

  /** No connection within this time. */
  AttemptResult connectTimeout(Duration limit) {
    String message = "no connection within " + limit.toMillis() + " ms";
    return rejected(FailureReason.CONNECT_FAILED, RETRY, false, message);
  }

  /** Reset or closed before the answer was complete. */
  AttemptResult.Rejected connectionLost(Throwable cause, boolean sent) {
    if (find(SSLHandshakeException.class, cause)) {
      // TLS 1.3: a server may refuse the client's certificate after the client has begun to send
      return notConnected(cause);
    }
    String message = "the connection was lost: " + words(cause);
    return rejected(FailureReason.CONNECTION_LOST, RETRY, sent, message);
  }

  /** This worker is stopping. */
  AttemptResult closed(boolean sent) {
    String message = "the client was closed";
    return rejected(FailureReason.CONNECTION_LOST, RETRY, sent, message);
  }

  /** Nothing was heard for this time. */
  AttemptResult.Rejected silent(Duration limit) {
    String message = "nothing received for " + limit.toMillis() + " ms";
    return rejected(FailureReason.REQUEST_TIMEOUT, RETRY, true, message);
  }

  /** The answer was not complete within this time. */
  AttemptResult.Rejected tooSlow(Duration limit) {
    String message = "no complete answer within " + limit.toMillis() + " ms";
    return rejected(FailureReason.REQUEST_TIMEOUT, RETRY, true, message);
  }

  /** The request cannot be written as HTTP and JSON; nothing was sent. */
  AttemptResult notEncodable(Throwable cause) {
    String message = "the request cannot be sent: " + words(cause);
    return rejected(FailureReason.INVALID_REQUEST, FAIL, false, message);
  }

  /** A fault of ours while the response was read. */
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

  /** What it says, and what is at the bottom of it: a failed handshake tells why only there. */
  private static String words(Throwable cause) {
    Throwable root = causes(cause).reduce(cause, (outer, inner) -> inner);
    return root == cause ? saying(cause) : saying(cause) + ": " + saying(root);
  }

  /** Where to look, for those whom the words of TLS do not tell. */
  private static String hint(Throwable cause) {
    if (find(CertPathBuilderException.class, cause)) {
      return "; the endpoint's certificate is not trusted, see gateway.tls.trust.store.path";
    }
    if (cause instanceof VertxException && saying(cause).equals(CLOSED)) {
      // HTTP/2: Vert.x keeps the alert to itself
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

  /** The failure and what it came from, bounded because a chain may have a loop. */
  private static Stream<Throwable> causes(Throwable cause) {
    return Stream.iterate(cause, Objects::nonNull, Throwable::getCause).limit(MAX_CAUSES);
  }

  private static String saying(Throwable cause) {
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }
}
