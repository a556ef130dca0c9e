// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.json;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.completionworker.avro.CompletionTokensDetails;
import io.completionworker.avro.PromptTokensDetails;
import io.completionworker.avro.TokenUsage;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the token usage that an answer reports, from any provider.
 *
 * <p>Usage is looked up in the places where providers put it, and each count under the names that
 * are in use. The result has the same form for all providers: a whole always includes its parts.
 * {@link UsageParts} determines whether it already did. A member that is not a count is treated as
 * absent and never invalidates the answer or the other counts.
 */
public final class UsageReader {

  private static final Logger log = LoggerFactory.getLogger(UsageReader.class);

  /** Paths to usage in an answer and, below, in one of its choices, in order of precedence. */
  private static final List<JsonPointer> IN_ANSWER =
      CountLookup.pointers(
          "/x_groq/usage",
          "/usageMetadata",
          "/usage_metadata",
          "/message/usage",
          "/response/usage",
          "/response/usageMetadata",
          "/meta",
          "/amazon-bedrock-invocationMetrics",
          "");

  private static final List<JsonPointer> IN_CHOICE =
      CountLookup.pointers("/usage", "/message/usage", "/delta/usage");

  private UsageReader() {}

  /**
   * Returns the counts of an answer, or of the merged events of a stream.
   *
   * @return null if there is neither a prompt count nor a completion count
   */
  public static @Nullable TokenUsage read(JsonNode root) {
    Found found = found(root);
    return found == null ? null : counts(found.names());
  }

  /**
   * Returns the object with the counts: the first that has a count above 0, else the first that has
   * a count at all.
   *
   * @return a part of the answer, or all of it if its counts are at the top level; null if there is
   *     none
   */
  public static @Nullable JsonNode find(JsonNode root) {
    Found found = found(root);
    return found == null ? null : found.object();
  }

  private record Found(JsonNode object, UsageNames names) {}

  private static @Nullable Found found(JsonNode root) {
    Found empty = null;
    for (JsonNode place : places(root)) {
      UsageNames names = new UsageNames(place);
      if (isPositive(names.prompt()) || isPositive(names.completion())) {
        return new Found(place, names);
      }
      if (empty == null && (names.prompt() != null || names.completion() != null)) {
        empty = new Found(place, names);
      }
    }
    return empty;
  }

  private static boolean isPositive(@Nullable Long count) {
    return count != null && count > 0;
  }

  private static List<JsonNode> places(JsonNode root) {
    List<JsonNode> places = new ArrayList<>();
    places.add(root.path("usage"));
    JsonNode choices = root.path("choices");
    for (int i = choices.size() - 1; i >= 0; i--) {
      for (JsonPointer path : IN_CHOICE) {
        places.add(choices.path(i).at(path));
      }
    }
    for (JsonPointer path : IN_ANSWER) {
      places.add(root.at(path));
    }
    places.removeIf(place -> !place.isObject());
    return places;
  }

  private static TokenUsage counts(UsageNames names) {
    UsageParts parts = UsageParts.of(names);
    TokenUsage usage =
        new TokenUsage(
            parts.prompt(),
            parts.completion(),
            parts.total(),
            promptDetails(names, parts),
            completionDetails(names));
    if (!parts.explained() || names.odd()) {
      log.debug("Token counts do not add up, or one is no count: {}; read as {}", names, parts);
    }
    return usage;
  }

  private static @Nullable PromptTokensDetails promptDetails(UsageNames names, UsageParts parts) {
    Long cached = names.cached();
    Long written = names.written();
    if (cached == null && written == null && !names.hasPromptDetails()) {
      return null;
    }
    return PromptTokensDetails.newBuilder()
        .setCachedTokens(cached)
        .setCacheWriteTokens(written == null ? null : parts.written())
        .setCacheWrite1hTokens(names.writtenForAnHour())
        .setAudioTokens(names.ofPrompt("audio"))
        .setTextTokens(names.ofPrompt("text"))
        .setImageTokens(names.ofPrompt("image"))
        .build();
  }

  private static @Nullable CompletionTokensDetails completionDetails(UsageNames names) {
    Long reasoning = names.reasoning();
    if (reasoning == null && !names.hasCompletionDetails()) {
      return null;
    }
    return CompletionTokensDetails.newBuilder()
        .setReasoningTokens(reasoning)
        .setAudioTokens(names.ofCompletion("audio"))
        .setTextTokens(names.ofCompletion("text"))
        .setImageTokens(names.ofCompletion("image"))
        .setAcceptedPredictionTokens(names.ofCompletion("accepted_prediction"))
        .setRejectedPredictionTokens(names.ofCompletion("rejected_prediction"))
        .build();
  }

  /**
   * Looks up counts in a JSON object by several paths. Used by one thread only.
   *
   * <p>A count is a number from 0 to a quadrillion, or a string with such a number. A fraction is
   * cut off. Any other value is not a count.
   */
  static final class CountLookup {

    /**
     * The maximum of a count: far above what any model uses, and small enough to be added without
     * overflow.
     */
    private static final long MOST = 1_000_000_000_000_000L;

    private static final Pattern DECIMAL = Pattern.compile("\\d{1,16}(\\.\\d{0,16})?");

    private final JsonNode object;
    private boolean odd;

    /** Creates a lookup in this object. */
    CountLookup(JsonNode object) {
      this.object = object;
    }

    static List<JsonPointer> pointers(String... paths) {
      return Stream.of(paths).map(JsonPointer::compile).toList();
    }

    /** Whether a value that was looked up exists but is not a count. */
    boolean odd() {
      return odd;
    }

    /** Returns the objects and arrays at these paths. */
    List<JsonNode> containers(List<JsonPointer> paths) {
      return paths.stream().map(object::at).filter(JsonNode::isContainerNode).toList();
    }

    /** Returns the first count above 0, else 0 if there is any count, else null. */
    @Nullable Long first(List<JsonPointer> paths) {
      Long found = null;
      for (JsonPointer path : paths) {
        Long count = count(object.at(path));
        if (count != null && (found == null || found == 0)) {
          found = count;
        }
      }
      return found;
    }

    /**
     * Returns the greatest count with one of these names, in the object itself or in one of its
     * details.
     */
    @Nullable Long most(List<JsonNode> details, List<JsonPointer> names) {
      Long most = most(names);
      for (JsonNode detail : details) {
        most = greater(most, most(detail, names));
      }
      return most;
    }

    /** Returns the greatest count with one of these names. */
    @Nullable Long most(List<JsonPointer> names) {
      return most(object, names);
    }

    private @Nullable Long most(JsonNode from, List<JsonPointer> names) {
      Long most = null;
      for (JsonPointer name : names) {
        most = greater(most, count(from.at(name)));
      }
      return most;
    }

    /** Returns the tokens of a kind in these details, which are objects, or lists by modality. */
    @Nullable Long ofKind(List<JsonNode> details, String kind) {
      Long found = null;
      for (JsonNode detail : details) {
        found = greater(found, count(detail.path(kind + "_tokens")));
        for (JsonNode entry : detail.isArray() ? detail : List.<JsonNode>of()) {
          if (entry.path("modality").asText().equalsIgnoreCase(kind)) {
            found = greater(found, count(entry.path("tokenCount")));
          }
        }
      }
      return found;
    }

    static @Nullable Long greater(@Nullable Long a, @Nullable Long b) {
      return a == null || (b != null && b > a) ? b : a;
    }

    private @Nullable Long count(JsonNode node) {
      if (node.isMissingNode() || node.isNull()) {
        return null;
      }
      double number = -1;
      if (node.isNumber()) {
        number = node.doubleValue();
      } else if (node.isTextual() && DECIMAL.matcher(node.textValue().strip()).matches()) {
        number = new BigDecimal(node.textValue().strip()).doubleValue();
      }
      if (number >= 0 && number <= MOST) {
        return (long) number;
      }
      odd = true;
      return null;
    }
  }
}
