// SPDX-License-Identifier: Apache-2.0
package io.completionworker.management.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.management.page.Peers.PeerAddress;
import io.completionworker.metrics.history.Sample.Series;
import io.completionworker.metrics.history.Sample.Table;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the sample of another instance. The process that answers at an address may have been
 * replaced, or may have another version. So only known fields are read, numbers only as numbers,
 * and texts are cut short.
 */
final class PeerSample {

  static final String ENDPOINTS = "endpoints";

  /** The names of the tables in a sample. */
  static final List<String> TABLES =
      Stream.concat(Arrays.stream(Table.values()).map(PeerSample::name), Stream.of(ENDPOINTS))
          .toList();

  /** The most rows of a table, and the most elements of a list. */
  static final int MOST_ROWS = 25;

  private static final int MOST_COLUMNS = 8;
  private static final int MOST_CHARACTERS = 200;
  private static final Pattern EXCEEDED = Pattern.compile(">[0-9]{1,12}(\\.[0-9]{1,12})?");
  private static final ObjectMapper JSON = new ObjectMapper();

  private PeerSample() {}

  /** Returns the known fields of a sample; empty when the body is not a sample. */
  static Optional<ObjectNode> read(byte[] body) {
    JsonNode given;
    try {
      given = JSON.readTree(body);
    } catch (IOException e) {
      return Optional.empty();
    }
    boolean sample =
        given != null && given.at("/instance/id").isTextual() && given.path("values").isObject();
    return sample ? Optional.of(sample(given)) : Optional.empty();
  }

  static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static ObjectNode sample(JsonNode given) {
    ObjectNode sample = JSON.createObjectNode();
    number(sample, given, "time");
    number(sample, given, "minute");
    ObjectNode values = sample.putObject("values");
    for (Series series : Series.values()) {
      JsonNode value = given.path("values").path(name(series));
      boolean text = value.isTextual() && EXCEEDED.matcher(value.asText()).matches();
      if (value.isNumber() || text) {
        values.set(name(series), value);
      }
    }
    ObjectNode tables = sample.putObject("tables");
    for (String table : TABLES) {
      first(given.path("tables").path(table), MOST_ROWS)
          .forEach(row -> row(tables.withArray(table).addObject(), row));
    }
    sample.set("instance", instance(given.path("instance")));
    return sample;
  }

  private static ObjectNode instance(JsonNode given) {
    ObjectNode instance = JSON.createObjectNode();
    for (String field : List.of("id", "name", "group", "state", "version")) {
      instance.put(field, text(given.path(field)));
    }
    for (String field : List.of("partitions", "allPartitions", "maxInFlight", "started")) {
      number(instance, given, field);
    }
    instance.put("ready", given.path("ready").asBoolean());
    ArrayNode reasons = instance.putArray("reasons");
    first(given.path("reasons"), MOST_ROWS).forEach(reason -> reasons.add(text(reason)));
    ArrayNode waits = instance.putArray("waits");
    first(given.path("waits"), MOST_ROWS)
        .forEach(wait -> waits.addObject().put("kind", text(wait.path("kind"))));
    ArrayNode controls = instance.putArray("controls");
    first(given.path("controls"), MOST_ROWS)
        .forEach(control -> control(controls.addObject(), control));
    ArrayNode limits = instance.putArray("limits");
    first(given.path("limits"), MOST_ROWS).forEach(limit -> limit(limits.addObject(), limit));
    return instance;
  }

  /** Of a control, only the number of waiting requests differs between instances. */
  private static void control(ObjectNode control, JsonNode given) {
    control.put("id", text(given.path("id")));
    number(control, given, "waiting");
  }

  private static void row(ObjectNode row, JsonNode given) {
    ArrayNode names = row.putArray("names");
    first(given.path("names"), MOST_COLUMNS).forEach(name -> names.add(text(name)));
    ArrayNode values = row.putArray("values");
    first(given.path("values"), MOST_COLUMNS)
        .forEach(
            value -> {
              boolean text = value.isTextual() && EXCEEDED.matcher(value.asText()).matches();
              if (value.isNumber() || text) {
                values.add(value);
              } else {
                values.addNull();
              }
            });
  }

  private static void limit(ObjectNode limit, JsonNode given) {
    for (String field : List.of("scope", "limit", "source")) {
      limit.put(field, text(given.path(field)));
    }
    for (String field : List.of("size", "share", "used")) {
      number(limit, given, field);
    }
  }

  private static void number(ObjectNode target, JsonNode given, String field) {
    if (given.path(field).isNumber()) {
      target.set(field, given.path(field));
    }
  }

  private static String text(JsonNode given) {
    String text = given.asText("");
    return text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS) + " ...";
  }

  private static List<JsonNode> first(JsonNode array, int most) {
    return array.isArray() ? array.valueStream().limit(most).toList() : List.of();
  }

  /**
   * The answer of an instance.
   *
   * @param sample its latest sample, of which only known fields are left; null when there is none
   * @param problem why there is no sample, in words; else empty
   */
  record PeerAnswer(@Nullable ObjectNode sample, String problem) {

    private static final long TIMEOUT_MILLIS = 1_500;
    private static final int MOST_BYTES = 256 * 1024;
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;

    /** Requests the sample. The future never fails. Redirects are not followed. */
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
        response.exceptionHandler(reset -> {}); // the body is not read
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
}
