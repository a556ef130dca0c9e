// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo.endpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * A script of replies as of a provider with a prompt cache: all messages of a prompt but the last
 * are cached from when the first call with them is answered. A prompt is in the cache as far as it
 * begins with messages of another one. Safe on every thread.
 */
public final class PromptCache implements Function<RecordedCall, Reply> {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int CHARACTERS_PER_TOKEN = 4;

  private final Latency latency;
  private final RandomGenerator random;
  private final Map<String, Long> filledAt = new HashMap<>();
  private long shared;
  private long cached;

  /** Creates an empty cache of a provider that answers after this time. */
  public PromptCache(Latency latency, RandomGenerator random) {
    this.latency = latency;
    this.random = random;
  }

  /** Tokens of all messages but the last ones, of all calls so far. */
  public synchronized long sharedTokens() {
    return shared;
  }

  /** Those of them that were in the cache. */
  public synchronized long cachedTokens() {
    return cached;
  }

  @Override
  public synchronized Reply apply(RecordedCall call) {
    long delay = latency.nextMillis(random);
    long now = System.currentTimeMillis();
    JsonNode request = parse(call.body());
    JsonNode messages = request.path("messages");
    StringBuilder prefix = new StringBuilder(request.path("model").asText());
    long tokens = 0;
    long found = 0;
    for (int i = 0; i < messages.size() - 1; i++) {
      prefix.append(messages.get(i));
      tokens += tokens(messages.get(i));
      long filled = filledAt.merge(prefix.toString(), now + delay, Math::min);
      found = filled <= now ? tokens : found;
    }
    shared += tokens;
    cached += found;
    long prompt = tokens + tokens(messages.path(messages.size() - 1));
    return Reply.json(200, answer(request.path("model").asText(), prompt, found))
        .after(Duration.ofMillis(delay));
  }

  private static long tokens(JsonNode message) {
    return message.path("content").asText().length() / CHARACTERS_PER_TOKEN;
  }

  private static String answer(String model, long prompt, long cached) {
    ObjectNode answer = JSON.createObjectNode();
    answer.put("id", "chatcmpl-1").put("object", "chat.completion").put("created", 1);
    answer.put("model", model);
    ObjectNode choice = answer.putArray("choices").addObject();
    choice.put("index", 0).put("finish_reason", "stop");
    choice.putObject("message").put("role", "assistant").put("content", "Yes.");
    ObjectNode usage = answer.putObject("usage");
    usage.put("prompt_tokens", prompt).put("completion_tokens", 2).put("total_tokens", prompt + 2);
    usage.putObject("prompt_tokens_details").put("cached_tokens", cached);
    return answer.toString();
  }

  private static JsonNode parse(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return JSON.missingNode();
    }
  }
}
