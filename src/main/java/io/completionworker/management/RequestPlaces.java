// SPDX-License-Identifier: Apache-2.0
package io.completionworker.management;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.completion.RequestPlace;
import io.completionworker.completion.Waits;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Answers where a pending request is, as JSON. */
final class RequestPlaces {

  /** How the path begins; the rest is the id of the request, or TOPIC-PARTITION-OFFSET. */
  static final String PATH = "/requests/";

  /** How long the dispatcher may take, which otherwise answers within milliseconds. */
  private static final long PATIENCE_MILLIS = 1_000;

  private RequestPlaces() {}

  /** An answer over HTTP. */
  record Answer(int status, String json) {

    private static Answer failed(int status, String why) {
      return new Answer(status, JsonNodeFactory.instance.objectNode().put("fault", why) + "\n");
    }
  }

  /**
   * Answers a request. Blocks for at most a second.
   *
   * @param path the path, which begins with {@link #PATH}
   */
  static Answer answer(
      String path, Function<String, CompletableFuture<Optional<RequestPlace>>> places) {
    try {
      String id =
          URLDecoder.decode(
              path.substring(PATH.length()).replace("+", "%2B"), StandardCharsets.UTF_8);
      return await(places.apply(id))
          .map(place -> new Answer(200, json(place) + "\n"))
          .orElseGet(() -> Answer.failed(404, "this instance has no such request pending"));
    } catch (IllegalArgumentException e) {
      return Answer.failed(400, "the id is not encoded as in a URL");
    } catch (TimeoutException | ExecutionException e) {
      return Answer.failed(503, "the dispatcher does not answer");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Answer.failed(503, "the server is being closed");
    }
  }

  private static Optional<RequestPlace> await(CompletableFuture<Optional<RequestPlace>> asked)
      throws ExecutionException, InterruptedException, TimeoutException {
    try {
      return asked.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } finally {
      asked.cancel(false); // nobody needs a late answer
    }
  }

  private static ObjectNode json(RequestPlace place) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("request_id", place.requestId());
    json.put("topic", place.position().topic());
    json.put("partition", place.position().partition());
    json.put("offset", place.position().offset());
    json.put("state", place.state().text());
    json.put("waits_for", name(place.waitsFor()));
    json.put("since", place.since().toString());
    json.put("until", text(place.until()));
    json.put("attempts", place.attempts());
    json.put("control", place.control());
    json.put("text", place.words());
    return json;
  }

  private static @Nullable String name(Waits.@Nullable Kind kind) {
    return kind == null ? null : kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static @Nullable String text(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }
}
