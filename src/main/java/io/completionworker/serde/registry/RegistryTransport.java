// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.completionworker.serde.registry.HttpRegistry.RefusedException;
import io.completionworker.serde.registry.RegistryClient.RegistryUnavailableException;
import io.completionworker.serde.registry.RegistryClient.Time;
import io.completionworker.serde.registry.RegistrySettings.Endpoint;
import io.completionworker.serde.registry.RegistrySettings.Retries;
import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * Makes one call to the registry, JSON in and JSON out, with failover to the next URL, with
 * retries, and with a limit on the total time.
 *
 * <p>Every URL is tried once before any is tried again, so a dead one causes no wait while another
 * one answers. Only an error in the registry's own form can be final. Any other answer (a proxy's
 * page, a refused password, a redirect) concerns the path to the registry, and can be corrected
 * while the record waits.
 */
final class RegistryTransport {

  private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);
  private static final Set<Integer> ACCESS = Set.of(401, 403, 407);
  private static final int MAX_MESSAGE = 500;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<Endpoint> endpoints;
  private final Retries retries;
  private final Duration timeout;
  private final Time time;
  private final HttpClient http;

  /** Index of the endpoint that answered last, where the next call starts. */
  private volatile int preferred;

  RegistryTransport(RegistrySettings settings, Time time) {
    this.endpoints = settings.endpoints();
    this.retries = settings.retries();
    this.timeout = settings.connection().callTimeout();
    this.time = time;
    this.http = client(settings.connection());
    this.preferred =
        settings.randomize() ? ThreadLocalRandom.current().nextInt(endpoints.size()) : 0;
  }

  private static HttpClient client(RegistrySettings.Connection connection) {
    // HTTP/1.1, since over plain text the client would ask every server to upgrade to HTTP/2.
    HttpClient.Builder client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
    if (!connection.connectTimeout().isZero()) {
      client.connectTimeout(connection.connectTimeout());
    }
    if (connection.proxy() != null) {
      client.proxy(ProxySelector.of(connection.proxy()));
    }
    if (connection.tls() != null) {
      client.sslContext(connection.tls().context()).sslParameters(connection.tls().parameters());
    }
    return client.build();
  }

  /**
   * A request to the registry.
   *
   * @param path path and query, with a leading slash
   * @param body JSON to POST; null for a GET
   * @param about what the request is about, for messages
   * @param missing statuses that mean that the object does not exist, whatever else the answer says
   */
  record Question(String path, @Nullable String body, String about, Set<Integer> missing) {

    static Question get(String path, String about) {
      return new Question(path, null, about, Set.of());
    }

    static Question post(String path, String body, String about) {
      return new Question(path, body, about, Set.of());
    }

    Question missingWith(Integer... statuses) {
      return new Question(path, body, about, Set.of(statuses));
    }
  }

  /**
   * Makes a call, with retries.
   *
   * @param patient whether to retry after a round without an answer
   */
  JsonNode call(Question question, boolean patient) {
    long deadline = time.nanos() + timeout.toNanos();
    for (int round = 0; ; round++) {
      Reply.Fault fault = null;
      int first = preferred;
      for (int tried = 0; tried < endpoints.size(); tried++) {
        int index = (first + tried) % endpoints.size();
        long share = (deadline - time.nanos()) / (endpoints.size() - tried);
        Reply reply = ask(endpoints.get(index), question, share);
        if (reply instanceof Reply.Answer answer) {
          preferred = index;
          return answer.body();
        }
        fault = worse(fault, (Reply.Fault) reply);
      }
      if (!patient || fault == null || !fault.passing() || !waitFor(round, deadline)) {
        String what = fault == null ? "no endpoint" : fault.message();
        throw new RegistryUnavailableException(
            "Schema registry unavailable for " + question.about() + ": " + what);
      }
    }
  }

  /** The result of one request to one endpoint. */
  private sealed interface Reply {
    record Answer(JsonNode body) implements Reply {}

    /**
     * A fault instead of an answer.
     *
     * @param passing whether the same request may be answered within seconds
     */
    record Fault(String message, boolean passing) implements Reply {}
  }

  /**
   * Returns the fault that decides about a retry: one that may pass within seconds, if there is
   * one.
   */
  private static Reply.Fault worse(Reply.@Nullable Fault known, Reply.Fault next) {
    return known != null && known.passing() ? known : next;
  }

  private Reply ask(Endpoint endpoint, Question question, long nanos) {
    String at = " at " + endpoint.base();
    if (nanos <= 0) {
      return new Reply.Fault("no time left to ask" + at, false);
    }
    CompletableFuture<HttpResponse<byte[]>> pending =
        http.sendAsync(request(endpoint, question), answer -> new BoundedBody());
    try {
      // The request's own timeout would cover the time to the response headers only.
      return read(pending.get(nanos, TimeUnit.NANOSECONDS), at, question);
    } catch (TimeoutException e) {
      pending.cancel(true);
      return new Reply.Fault("no answer" + at + " in " + nanos / 1_000_000 + " ms", true);
    } catch (ExecutionException e) {
      return broken(e.getCause() == null ? e : e.getCause(), at);
    } catch (InterruptedException e) {
      pending.cancel(true);
      throw interrupted(e);
    }
  }

  /**
   * Returns the fault of a failed request. A rejected certificate and an answer that is too large
   * do not pass within seconds.
   */
  private static Reply.Fault broken(Throwable cause, String at) {
    boolean lasting =
        cause instanceof SSLHandshakeException || cause instanceof BoundedBody.TooLargeException;
    String kind = cause.getClass().getSimpleName();
    return new Reply.Fault(lasting ? kind + at + ": " + cause.getMessage() : kind + at, !lasting);
  }

  private static HttpRequest request(Endpoint endpoint, Question question) {
    URI url = URI.create(endpoint.base() + question.path());
    HttpRequest.Builder request = HttpRequest.newBuilder(url).header("Accept", MEDIA_TYPE);
    endpoint.credentials().forEach((name, value) -> request.header(name, value.value()));
    String body = question.body();
    return body == null
        ? request.GET().build()
        : request.header("Content-Type", MEDIA_TYPE).POST(BodyPublishers.ofString(body)).build();
  }

  private static Reply read(HttpResponse<byte[]> response, String at, Question question) {
    int status = response.statusCode();
    JsonNode body = json(response.body());
    if (status == 200 && body != null) {
      return new Reply.Answer(body);
    }
    int code = body == null ? 0 : body.path("error_code").asInt(0);
    String form = body == null ? " without JSON" : "";
    String said = "HTTP " + status + (code == 0 ? form : ", error code " + code) + at;
    String message = body == null ? "" : body.path("message").asText();
    if (question.missing().contains(status)) {
      throw refused("Schema registry has no ", question, status, message, said);
    }
    if (!isFinal(code) || PASSING.contains(status) || ACCESS.contains(status)) {
      return new Reply.Fault(said, PASSING.contains(status));
    }
    throw refused("Schema registry refused ", question, status, message, said);
  }

  private static RefusedException refused(
      String verb, Question question, int status, String message, String said) {
    String words = message.substring(0, Math.min(message.length(), MAX_MESSAGE));
    return new RefusedException(
        verb + question.about() + (words.isEmpty() ? "" : ": " + words) + " (" + said + ")",
        status,
        words);
  }

  /**
   * Whether the error code is final. Codes of three digits come from web servers, except the two
   * that old registries use.
   */
  private static boolean isFinal(int code) {
    return (code >= 40_000 && code < 50_000) || code == 409 || code == 422;
  }

  private static @Nullable JsonNode json(byte[] body) {
    try {
      JsonNode node = JSON.readTree(body);
      return node != null && node.isObject() ? node : null;
    } catch (IOException e) {
      return null;
    }
  }

  /**
   * Waits before the next round, with full jitter. Returns false if no retry or no time is left.
   */
  private boolean waitFor(int round, long deadline) {
    if (round >= retries.max()) {
      return false;
    }
    long longest =
        Math.min(
            retries.maxWait().toMillis(), retries.firstWait().toMillis() << Math.min(round, 20));
    Duration pause = Duration.ofMillis(ThreadLocalRandom.current().nextLong(longest + 1));
    if (time.nanos() + pause.toNanos() >= deadline) {
      return false;
    }
    try {
      time.sleep(pause);
      return true;
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static RegistryUnavailableException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new RegistryUnavailableException(
        "Interrupted while waiting for the schema registry", cause);
  }
}
