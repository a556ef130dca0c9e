package io.completionworker.cli.usage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.config.key.NearestKey;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.apache.avro.Schema;

/**
 * What usage rows can be told apart by: a column of text or a whole number of the schema, a member
 * of the metadata, or the day or hour in which an attempt ended.
 *
 * @param name as it is asked for
 */
public record Grouping(String name, BiFunction<CompletionUsage, ZoneId, String> value) {

  /** Stands for a row that has no such value. */
  public static final String NONE = "-";

  private static final String METADATA = "metadata.";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, Grouping> NAMED = named();

  /**
   * Reads a name.
   *
   * @throws IllegalArgumentException with the name that was probably meant
   */
  public static Grouping parse(String name) {
    if (name.startsWith(METADATA) && name.length() > METADATA.length()) {
      String member = name.substring(METADATA.length());
      return new Grouping(name, (row, zone) -> metadata(row, member));
    }
    return Optional.ofNullable(NAMED.get(name))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "usage rows cannot be told apart by '"
                        + name
                        + "'; "
                        + NearestKey.within(name, NAMED.keySet(), Math.max(2, name.length() / 3))
                            .map(meant -> "did you mean " + meant + "?")
                            .orElse(
                                "there are metadata.NAME, " + String.join(", ", NAMED.keySet()))));
  }

  /** The value of a row, {@link #NONE} where it has none. */
  public String of(CompletionUsage row, ZoneId zone) {
    return value.apply(row, zone);
  }

  private static Map<String, Grouping> named() {
    Map<String, Grouping> named = new TreeMap<>();
    for (Schema.Field field : CompletionUsage.getClassSchema().getFields()) {
      int position = field.pos();
      if (isName(field)) {
        named.put(field.name(), new Grouping(field.name(), (row, zone) -> text(row.get(position))));
      }
    }
    named.put("day", new Grouping("day", (row, zone) -> day(row.getCompletedAt(), zone)));
    named.put("hour", new Grouping("hour", (row, zone) -> hour(row.getCompletedAt(), zone)));
    return named;
  }

  /** Texts and whole numbers that name something; counts and durations are what is added up. */
  private static boolean isName(Schema.Field field) {
    Schema schema = field.schema();
    Schema.Type type =
        schema.isUnion()
            ? schema.getTypes().get(schema.getTypes().size() - 1).getType()
            : schema.getType();
    return switch (type) {
      case STRING -> !field.name().equals("metadata");
      case INT, BOOLEAN -> true;
      default -> false;
    };
  }

  private static String text(Object value) {
    return value == null ? NONE : value.toString();
  }

  private static String metadata(CompletionUsage row, String member) {
    String metadata = row.getMetadata();
    if (metadata == null) {
      return NONE;
    }
    try {
      JsonNode value = JSON.readTree(metadata).path(member);
      return value.isMissingNode() || value.isNull() ? NONE : value.asText();
    } catch (JsonProcessingException e) {
      return NONE;
    }
  }

  private static String day(Instant time, ZoneId zone) {
    return time.atZone(zone).toLocalDate().toString();
  }

  private static String hour(Instant time, ZoneId zone) {
    return time.atZone(zone).truncatedTo(ChronoUnit.HOURS).toOffsetDateTime().toString();
  }
}
