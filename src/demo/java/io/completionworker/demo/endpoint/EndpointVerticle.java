// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo.endpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.demo.endpoint.CallLog.OpenCall;
import io.completionworker.demo.endpoint.limit.Decision;
import io.completionworker.demo.endpoint.limit.Decision.Refusal;
import io.completionworker.demo.endpoint.limit.Decision.Reservation;
import io.completionworker.demo.endpoint.limit.Limiter;
import io.completionworker.demo.endpoint.limit.Tokens;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The server: takes calls, decides replies, sends them when it is time. */
final class EndpointVerticle extends VerticleBase {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final CallLog log;
  private final Limiter limiter;
  private final Place place;
  private final Queue<Runnable> hanging = new ArrayDeque<>();
  private volatile Part part;
  private volatile int port;
  private boolean hangs;
  private long answers;
  private @Nullable HttpServer server;

  EndpointVerticle(CallLog log, Limiter limiter, Behaviour behaviour, Place place) {
    this.log = log;
    this.limiter = limiter;
    this.part = Part.of(behaviour);
    this.place = place;
  }

  @Override
  public Future<HttpServer> start() {
    return listen(place.port());
  }

  private Future<HttpServer> listen(int onPort) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(place.host())
            .setPort(onPort)
            .setAcceptBacklog(4096)
            .setDecompressionSupported(true);
    return vertx
        .createHttpServer(options)
        .requestHandler(this::receive)
        .listen()
        .onSuccess(
            listening -> {
              server = listening;
              port = listening.actualPort();
            });
  }

  /** Any thread. Closes all connections and refuses new ones. */
  Future<Void> stopListening() {
    return onEventLoop(() -> Objects.requireNonNull(server).close());
  }

  /** Any thread. Listens again on the same port. */
  Future<HttpServer> listenAgain() {
    return onEventLoop(() -> listen(port));
  }

  int port() {
    return port;
  }

  /** Any thread; holds for every call that comes after it has returned. */
  void behave(Behaviour next) {
    part = Part.of(next);
  }

  /** Any thread. */
  void hang() {
    context.runOnContext(ignored -> hangs = true);
  }

  /** Any thread. */
  void release() {
    context.runOnContext(
        ignored -> {
          hangs = false;
          for (Runnable next = hanging.poll(); next != null; next = hanging.poll()) {
            next.run();
          }
        });
  }

  private void receive(HttpServerRequest request) {
    if (!request.path().endsWith("/chat/completions")
        || !HttpMethod.POST.equals(request.method())) {
      request.response().setStatusCode(404).end("no such page");
      return;
    }
    request.body().onSuccess(body -> accept(request, body));
  }

  private void accept(HttpServerRequest request, Buffer body) {
    OpenCall call = log.begin(request.headers(), body, part.behaviour.recording());
    request.response().closeHandler(ignored -> call.end(0));
    Exchange exchange = new Exchange(request, parse(body), call);
    whenNotHanging(() -> decide(exchange));
  }

  private void decide(Exchange exchange) {
    Part now = part;
    Verdict verdict = verdict(exchange, now);
    Duration own = verdict.reply.delay();
    long delay = own == null ? now.behaviour.latency().nextMillis(now.random) : own.toMillis();
    if (delay <= 0) {
      send(exchange, verdict);
    } else {
      vertx.setTimer(delay, ignored -> whenNotHanging(() -> send(exchange, verdict)));
    }
  }

  private Verdict verdict(Exchange exchange, Part now) {
    Function<RecordedCall, Reply> script = now.behaviour.script();
    String credential = credential(exchange.request.headers());
    if (script != null && !limiter.exhausted(credential)) {
      return Verdict.of(script.apply(exchange.call.recorded()));
    }
    Optional<Reply> nonsense = RequestCheck.refusal(exchange.body);
    return nonsense.isPresent()
        ? Verdict.of(nonsense.get())
        : limited(credential, exchange.body, now);
  }

  private Verdict limited(String credential, JsonNode body, Part now) {
    Decision decision =
        limiter.admit(now.behaviour.limits(), credential, () -> Tokens.demand(body));
    Refusal refusal = decision.refusal();
    Reply reply =
        refusal == null
            ? now.behaviour.errors().next(now.random).orElseGet(Reply::completion)
            : Reply.error(429, refusal.type(), refusal.code(), refusal.message())
                .after(Duration.ZERO);
    return new Verdict(reply.withHeaders(decision.headers()), decision.reservation());
  }

  private static String credential(MultiMap headers) {
    return Stream.of("x-portkey-virtual-key", "authorization", "x-portkey-api-key")
        .map(headers::get)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse("");
  }

  private void send(Exchange exchange, Verdict verdict) {
    Reply reply = verdict.reply;
    if (reply.kind() == Reply.Kind.SILENCE) {
      return;
    }
    ObjectNode answer = answer(exchange, reply);
    // what was worked out is charged, whether or not somebody is still there to read it
    verdict.reservation.settle(answer == null ? 0 : answer.at("/usage/total_tokens").asLong());
    if (exchange.call.ended()) {
      return;
    }
    HttpServerResponse response = exchange.request.response();
    if (reply.kind() == Reply.Kind.RESET) {
      exchange.call.end(0);
      response.reset();
      return;
    }
    putHeaders(response, exchange.request.headers());
    reply.headers().forEach(response::putHeader);
    response.setStatusCode(reply.status());
    exchange.call.end(reply.status());
    if (answer == null) {
      response.end(reply.body());
    } else if (reply.kind() == Reply.Kind.TRICKLED) {
      new Trickle(vertx, response).send(whole(response, answer, exchange.body));
    } else {
      send(response, answer, exchange.body, reply.kind() == Reply.Kind.TRUNCATED);
    }
  }

  private @Nullable ObjectNode answer(Exchange exchange, Reply reply) {
    return switch (reply.kind()) {
      case COMPLETION, TRUNCATED, TRICKLED ->
          Completions.answer(exchange.body, ++answers, part.behaviour.answerTokens());
      case FIXED, RESET, SILENCE -> null;
    };
  }

  private static Buffer whole(HttpServerResponse response, ObjectNode answer, JsonNode body) {
    if (!body.path("stream").asBoolean()) {
      return Buffer.buffer(bytes(answer));
    }
    response.putHeader("content-type", StreamedAnswer.TYPE);
    return Buffer.buffer(StreamedAnswer.text(answer, body));
  }

  private static void send(
      HttpServerResponse response, ObjectNode answer, JsonNode body, boolean cut) {
    if (body.path("stream").asBoolean()) {
      StreamedAnswer.send(response, answer, body, cut);
      return;
    }
    Buffer whole = Buffer.buffer(bytes(answer));
    if (cut) {
      response.putHeader("content-length", String.valueOf(whole.length()));
      response.write(whole.slice(0, whole.length() / 2)).onComplete(ignored -> response.reset());
    } else {
      response.end(whole);
    }
  }

  private void putHeaders(HttpServerResponse response, MultiMap request) {
    response
        .putHeader("content-type", "application/json")
        .putHeader("openai-processing-ms", "12")
        .putHeader("x-request-id", "req_" + Long.toHexString(part.random.nextLong()));
    if (place.gateway()) {
      String trace = request.get("x-portkey-trace-id");
      response
          .putHeader("x-portkey-cache-status", "DISABLED")
          .putHeader("x-portkey-last-used-option-index", "config")
          .putHeader("x-portkey-provider", "openai")
          .putHeader("x-portkey-retry-attempt-count", "0")
          .putHeader("x-portkey-trace-id", trace == null ? "" : trace);
    }
  }

  private <T> Future<T> onEventLoop(Supplier<Future<T>> step) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(ignored -> step.get().onComplete(promise));
    return promise.future();
  }

  private void whenNotHanging(Runnable step) {
    if (hangs) {
      hanging.add(step);
    } else {
      step.run();
    }
  }

  private static JsonNode parse(Buffer body) {
    try {
      return JSON.readTree(body.getBytes());
    } catch (IOException e) {
      return JSON.missingNode();
    }
  }

  private static byte[] bytes(ObjectNode answer) {
    try {
      return JSON.writeValueAsBytes(answer);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }

  /**
   * A behaviour and its dice, which change together: else a call that is already on its way could
   * take the new behaviour and the old dice. The dice are the event loop's alone.
   */
  private record Part(Behaviour behaviour, SplittableRandom random) {
    static Part of(Behaviour behaviour) {
      return new Part(behaviour, new SplittableRandom(behaviour.seed()));
    }
  }

  /** What a call gets, and what it holds until then. */
  private record Verdict(Reply reply, Reservation reservation) {
    static Verdict of(Reply reply) {
      return new Verdict(reply, Reservation.NONE);
    }
  }

  private record Exchange(HttpServerRequest request, JsonNode body, OpenCall call) {}
}
