// SPDX-License-Identifier: Apache-2.0
package io.completionworker.management.page;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.management.page.Peers.PeerAddress;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What came of asking an instance.
 *
 * @param sample its latest sample, of which only known fields are left; null when there is none
 * @param problem why there is none, in words; else empty
 */
record PeerAnswer(@Nullable ObjectNode sample, String problem) {

  private static final long TIMEOUT_MILLIS = 1_500;
  private static final int MOST_BYTES = 256 * 1024;
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;

  /** Asks it, and never fails. Redirects are not followed. */
  static Future<PeerAnswer> from(HttpClient client, PeerAddress address) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setHost(address.host())
            .setPort(address.port())
            .setURI("/instance")
            .setTimeout(TIMEOUT_MILLIS);
    return client
        .request(options)
        .compose(PeerAnswer::answer)
        .otherwise(failure -> new PeerAnswer(null, words(failure)));
  }

  private static Future<PeerAnswer> answer(HttpClientRequest request) {
    return request
        .send()
        .compose(response -> read(request, response))
        .timeout(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
        .onFailure(
            failure -> {
              var unused = request.reset();
            });
  }

  private static Future<PeerAnswer> read(HttpClientRequest request, HttpClientResponse response) {
    if (response.statusCode() != OK) {
      response.exceptionHandler(reset -> {}); // nobody reads it
      var unused = request.reset();
      return Future.succeededFuture(new PeerAnswer(null, status(response.statusCode())));
    }
    Promise<PeerAnswer> promise = Promise.promise();
    Buffer body = Buffer.buffer();
    response.exceptionHandler(promise::tryFail);
    response.handler(
        part -> {
          if (body.length() + part.length() > MOST_BYTES) {
            promise.tryComplete(new PeerAnswer(null, "Its answer is too large"));
            var unused = request.reset();
          } else {
            body.appendBuffer(part);
          }
        });
    response.endHandler(
        end -> {
          Optional<ObjectNode> sample = PeerSample.read(body.getBytes());
          promise.tryComplete(
              new PeerAnswer(
                  sample.orElse(null), sample.isEmpty() ? "Something else answers there" : ""));
        });
    return promise.future();
  }

  private static String status(int code) {
    return code == NOT_FOUND
        ? "Answers without a status page (404)"
        : "Answers with status " + code;
  }

  private static String words(Throwable failure) {
    if (failure instanceof UnknownHostException) {
      return "Its name has no address";
    }
    return failure instanceof TimeoutException
        ? "No answer within " + TIMEOUT_MILLIS / 1e3 + " s"
        : "No connection";
  }
}
