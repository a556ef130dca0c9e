package io.completionworker.demo.endpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.demo.endpoint.Behaviour.RateLimit;
import io.completionworker.demo.endpoint.CallLog.OpenCall;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
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
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The server: takes calls, decides replies, sends them when it is time. */
final class EndpointVerticle extends VerticleBase {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final CallLog log;
  private final int wantedPort;
  private final Queue<Runnable> hanging = new ArrayDeque<>();
  private volatile Part part;
  private volatile int port;
  private boolean hangs;
  private long windowStart;
  private int usedOfWindow;
  private long answers;

  EndpointVerticle(CallLog log, Behaviour behaviour, int wantedPort) {
    this.log = log;
    this.part = Part.of(behaviour);
    this.wantedPort = wantedPort;
  }

  @Override
  public Future<HttpServer> start() {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost("127.0.0.1")
            .setPort(wantedPort)
            .setAcceptBacklog(4096)
            .setDecompressionSupported(true);
    return vertx
        .createHttpServer(options)
        .requestHandler(this::receive)
        .listen()
        .onSuccess(server -> port = server.actualPort());
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
    Reply reply = reply(exchange, now);
    Duration own = reply.delay();
    long delay = own == null ? now.behaviour.latency().nextMillis(now.random) : own.toMillis();
    if (delay <= 0) {
      send(exchange, reply);
    } else {
      vertx.setTimer(delay, ignored -> whenNotHanging(() -> send(exchange, reply)));
    }
  }

  private Reply reply(Exchange exchange, Part now) {
    Function<RecordedCall, Reply> script = now.behaviour.script();
    if (script != null) {
      return script.apply(exchange.call.recorded());
    }
    Optional<Reply> refusal = RequestCheck.refusal(exchange.body);
    return refusal.or(() -> limited(now.behaviour.rateLimit())).orElseGet(() -> faultOrAnswer(now));
  }

  private Reply faultOrAnswer(Part now) {
    return now.behaviour.errors().next(now.random).orElseGet(Reply::completion);
  }

  private Optional<Reply> limited(@Nullable RateLimit limit) {
    if (limit == null) {
      return Optional.empty();
    }
    long size = limit.window().toMillis();
    long start = System.currentTimeMillis() / size * size;
    if (start != windowStart) {
      windowStart = start;
      usedOfWindow = 0;
    }
    usedOfWindow++;
    return usedOfWindow <= limit.requests()
        ? Optional.empty()
        : Optional.of(Reply.rateLimited(Duration.ofMillis(untilNextWindow(limit))));
  }

  private long untilNextWindow(RateLimit limit) {
    return Math.max(1, windowStart + limit.window().toMillis() - System.currentTimeMillis());
  }

  private void send(Exchange exchange, Reply reply) {
    HttpServerResponse response = exchange.request.response();
    if (exchange.call.ended() || reply.kind() == Reply.Kind.SILENCE) {
      return;
    }
    if (reply.kind() == Reply.Kind.RESET) {
      exchange.call.end(0);
      response.reset();
      return;
    }
    putHeaders(response, exchange.request.headers());
    reply.headers().forEach(response::putHeader);
    response.setStatusCode(reply.status());
    exchange.call.end(reply.status());
    if (reply.kind() == Reply.Kind.FIXED) {
      response.end(reply.body());
    } else {
      sendCompletion(exchange.body, response, reply.kind() == Reply.Kind.TRUNCATED);
    }
  }

  private void sendCompletion(JsonNode body, HttpServerResponse response, boolean cut) {
    ObjectNode answer = Completions.answer(body, ++answers);
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
    String trace = request.get("x-portkey-trace-id");
    response
        .putHeader("content-type", "application/json")
        .putHeader("openai-processing-ms", "12")
        .putHeader("x-portkey-cache-status", "DISABLED")
        .putHeader("x-portkey-last-used-option-index", "config")
        .putHeader("x-portkey-provider", "openai")
        .putHeader("x-portkey-retry-attempt-count", "0")
        .putHeader("x-portkey-trace-id", trace == null ? "" : trace)
        .putHeader("x-request-id", "req_" + Long.toHexString(part.random.nextLong()));
    RateLimit limit = part.behaviour.rateLimit();
    if (limit != null) {
      int left = Math.max(0, limit.requests() - usedOfWindow);
      response
          .putHeader("x-ratelimit-limit-requests", String.valueOf(limit.requests()))
          .putHeader("x-ratelimit-remaining-requests", String.valueOf(left))
          .putHeader("x-ratelimit-reset-requests", untilNextWindow(limit) + "ms");
    }
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

  private record Exchange(HttpServerRequest request, JsonNode body, OpenCall call) {}
}
