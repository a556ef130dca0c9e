// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo.endpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.demo.endpoint.limit.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Makes a plausible completion of a request; the same request gets the same words. */
final class Completions {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Longest completion of a request that names no number. */
  private static final long UNNAMED_OUTPUT = 4_096;

  private static final List<String> OPENINGS =
      List.of(
          "Short answer first: yes, with one condition.",
          "There are two ways to look at it.",
          "Good question; the details matter here.",
          "In one sentence: start small and measure.",
          "Most people get this half right.",
          "It depends on what you want to keep.");

  private static final List<String> CLOSINGS =
      List.of(
          "If you tell me more about the setting, I can be more precise.",
          "The second point is the one that usually gets forgotten.",
          "I would check the numbers once more before acting on them.",
          "That is also the cheapest option in most cases.",
          "Everything else follows from that.");

  private Completions() {}

  /**
   * The answer's body.
   *
   * @param number of this answer, for its id
   * @param mean tokens of an answer in words, or 0, as {@link Behaviour} has it
   */
  static ObjectNode answer(JsonNode request, long number, int mean) {
    ObjectNode answer = JSON.createObjectNode();
    answer.put("id", "chatcmpl-" + number);
    answer.put("object", "chat.completion");
    answer.put("created", System.currentTimeMillis() / 1000);
    answer.put("model", request.path("model").asText());
    answer.put("system_fingerprint", "fp_simulated");
    ArrayNode choices = answer.putArray("choices");
    long completionTokens = 0;
    int n = request.path("n").asInt(1);
    for (int index = 0; index < n; index++) {
      completionTokens += addChoice(choices.addObject(), request, index, mean);
    }
    addUsage(answer.putObject("usage"), request, completionTokens, n);
    String tier = request.path("service_tier").asText("default");
    answer.put("service_tier", tier.equals("auto") ? "default" : tier);
    return answer;
  }

  private static long addChoice(ObjectNode choice, JsonNode request, int index, int mean) {
    long most = Tokens.allowed(request, UNNAMED_OUTPUT);
    choice.put("index", index);
    ObjectNode message = choice.putObject("message");
    message.put("role", "assistant");
    choice.putNull("logprobs");
    if (ToolAnswers.add(message, choice, request)) {
      return Math.min(most, Tokens.of(message.toString()));
    }
    String text = text(request, index, mean);
    boolean cut = text.length() > most * 4;
    String said = cut ? start(text, (int) most * 4) : text;
    message.put("content", said);
    message.putNull("refusal");
    addAudio(message, request, said);
    choice.put("finish_reason", cut ? "length" : "stop");
    if (request.path("logprobs").asBoolean()) {
      addLogprobs(choice.putObject("logprobs"), said, request.path("top_logprobs").asInt());
    }
    return Tokens.of(said);
  }

  private static String text(JsonNode request, int index, int mean) {
    JsonNode format = request.path("response_format");
    if (format.path("type").asText().equals("json_schema")) {
      return SchemaSample.of(format.path("json_schema").path("schema")).toString();
    }
    String question = lastQuestion(request.path("messages"));
    if (format.path("type").asText().equals("json_object")) {
      return JSON.createObjectNode().put("question", question).put("answer", "yes").toString();
    }
    int pick = Math.floorMod(question.hashCode() + index, 1 << 20);
    String text =
        "%s You asked: “%s”. %s"
            .formatted(
                OPENINGS.get(pick % OPENINGS.size()),
                question,
                CLOSINGS.get(pick % CLOSINGS.size()));
    return mean == 0 ? text : stretched(text, mean / 2 + pick % (mean + 1));
  }

  /** Repeats a text until it is so long, and cuts it there. */
  private static String stretched(String text, int tokens) {
    return start((text + " ").repeat(tokens * 4 / text.length() + 1), tokens * 4);
  }

  private static String lastQuestion(JsonNode messages) {
    for (int i = messages.size() - 1; i >= 0; i--) {
      String text = textOf(messages.get(i).path("content"));
      if (messages.get(i).path("role").asText().equals("user") && !text.isEmpty()) {
        return shortened(text);
      }
    }
    return "…";
  }

  private static String shortened(String text) {
    return text.codePointCount(0, text.length()) <= 80
        ? text
        : text.substring(0, text.offsetByCodePoints(0, 80)) + "…";
  }

  private static String start(String text, int length) {
    // half of a surrogate pair cannot be written as UTF-8
    return text.substring(0, Character.isLowSurrogate(text.charAt(length)) ? length - 1 : length);
  }

  private static String textOf(JsonNode content) {
    if (!content.isArray()) {
      return content.asText("");
    }
    StringBuilder text = new StringBuilder();
    content.forEach(part -> text.append(part.path("text").asText("")));
    return text.toString();
  }

  private static void addAudio(ObjectNode message, JsonNode request, String said) {
    if (request.path("modalities").toString().contains("\"audio\"")) {
      message.putNull("content");
      message
          .putObject("audio")
          .put("id", "audio_simulated")
          .put("data", "UklGRiQAAABXQVZF")
          .put("expires_at", System.currentTimeMillis() / 1000 + 3600)
          .put("transcript", said);
    }
  }

  private static void addLogprobs(ObjectNode logprobs, String said, int alternatives) {
    ArrayNode content = logprobs.putArray("content");
    for (String word : said.split("(?<= )", -1)) {
      ObjectNode token = putToken(content.addObject(), word, -0.01 * word.length());
      ArrayNode top = token.putArray("top_logprobs");
      for (int i = 0; i < alternatives; i++) {
        putToken(top.addObject(), i == 0 ? word : word + i, -0.01 * word.length() - i);
      }
    }
    logprobs.putNull("refusal");
  }

  private static ObjectNode putToken(ObjectNode token, String word, double logprob) {
    ArrayNode bytes = token.put("token", word).put("logprob", logprob).putArray("bytes");
    for (byte b : word.getBytes(StandardCharsets.UTF_8)) {
      bytes.add(b & 0xff);
    }
    return token;
  }

  private static void addUsage(ObjectNode usage, JsonNode request, long completionTokens, int n) {
    long prompt = Tokens.prompt(request);
    long left = Tokens.allowed(request, UNNAMED_OUTPUT) * n - completionTokens;
    long reasoning = request.has("reasoning_effort") ? Math.min(32, left) : 0;
    long completion = completionTokens + reasoning;
    usage.put("prompt_tokens", prompt);
    usage.put("completion_tokens", completion);
    usage.put("total_tokens", prompt + completion);
    long cached = request.has("prompt_cache_key") ? prompt / 2 : 0;
    usage.putObject("prompt_tokens_details").put("cached_tokens", cached).put("audio_tokens", 0);
    usage
        .putObject("completion_tokens_details")
        .put("reasoning_tokens", reasoning)
        .put("audio_tokens", 0)
        .put("accepted_prediction_tokens", 0)
        .put("rejected_prediction_tokens", 0);
  }

  /** Answers by calling a tool, or a function in the deprecated form. */
  private static final class ToolAnswers {

    private ToolAnswers() {}

    /** Adds the call and says so, or leaves the choice to words. */
    static boolean add(ObjectNode message, ObjectNode choice, JsonNode request) {
      JsonNode tools = request.path("tools");
      String wanted = wanted(request.path("tool_choice"), tools, request.path("messages"));
      if (!wanted.isEmpty()) {
        message.putNull("content");
        ArrayNode calls = message.putArray("tool_calls");
        boolean several = wanted.equals("*") && request.path("parallel_tool_calls").asBoolean(true);
        for (JsonNode tool : tools) {
          JsonNode function = tool.path("function");
          boolean named = wanted.equals(function.path("name").asText());
          if (named || (wanted.equals("*") && (several || calls.isEmpty()))) {
            addCall(calls.addObject(), function, calls.size());
          }
        }
        choice.put("finish_reason", "tool_calls");
        return true;
      }
      return addFunctionCall(message, choice, request);
    }

    /** A name, {@code *} for what the model likes, or empty for none. */
    private static String wanted(JsonNode choice, JsonNode tools, JsonNode messages) {
      if (choice.isObject()) {
        return choice.path("function").path("name").asText();
      }
      JsonNode last = messages.path(messages.size() - 1);
      boolean likes = last.path("role").asText().equals("user");
      return switch (choice.asText("auto")) {
        case "required" -> "*";
        case "auto" -> tools.size() > 0 && likes ? "*" : "";
        default -> "";
      };
    }

    private static void addCall(ObjectNode call, JsonNode function, int number) {
      call.put("id", "call_" + number).put("type", "function");
      putFunction(call.putObject("function"), function);
    }

    private static boolean addFunctionCall(
        ObjectNode message, ObjectNode choice, JsonNode request) {
      String wanted = request.path("function_call").path("name").asText();
      for (JsonNode function : request.path("functions")) {
        if (wanted.equals(function.path("name").asText())) {
          message.putNull("content");
          putFunction(message.putObject("function_call"), function);
          choice.put("finish_reason", "function_call");
          return true;
        }
      }
      return false;
    }

    private static void putFunction(ObjectNode call, JsonNode function) {
      call.put("name", function.path("name").asText());
      call.put("arguments", arguments(function.path("parameters")));
    }

    private static String arguments(JsonNode parameters) {
      try {
        return JSON.writeValueAsString(
            parameters.isObject() ? SchemaSample.of(parameters) : JSON.createObjectNode());
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("a tree can always be written", e);
      }
    }
  }
}
