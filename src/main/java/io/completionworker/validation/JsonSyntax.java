// SPDX-License-Identifier: Apache-2.0
package io.completionworker.validation;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks that a text is one JSON value by RFC 8259, and returns the members of a top-level object.
 * Nesting depth and the lengths of numbers and names are limited. Error messages tell where a fault
 * is, and never quote the text.
 */
public final class JsonSyntax {

  private static final int DEEPEST = 500;
  private static final int LONGEST_NUMBER = 500;
  private static final int LONGEST_NAME = 10_000;

  /** The parser does not cache names, because they come from outside. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxNumberLength(LONGEST_NUMBER)
                  .maxNameLength(LONGEST_NAME)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  /** A Unicode escape with digits of other scripts, which the parser accepts as hex digits. */
  private static final Pattern FOREIGN_ESCAPE =
      Pattern.compile("(?<!\\\\)(?:\\\\\\\\)*+\\\\u[0-9A-Fa-f]{0,3}+[^\\x00-\\x7F]");

  private JsonSyntax() {}

  /** The result of reading a text. */
  public sealed interface Reading {}

  /**
   * A valid JSON text.
   *
   * @param object whether the value is an object
   * @param members members of that object in order, with duplicates
   */
  public record Valid(boolean object, List<Member> members) implements Reading {}

  /** A text that is not JSON or exceeds a limit. */
  public record Invalid(String why) implements Reading {}

  /**
   * A member of the top-level object.
   *
   * @param name unescaped name
   * @param text an unescaped string, or a number or boolean as written; null for null, objects and
   *     arrays
   * @param nested whether the value is an object or an array
   */
  public record Member(String name, @Nullable String text, boolean nested) {}

  /** Reads a text. */
  public static Reading read(String text) {
    if (text.contains("\\u") && FOREIGN_ESCAPE.matcher(text).find()) {
      return new Invalid("bad escape");
    }
    // as an array: a string of more than 32 KB would be read in small pieces
    try (JsonParser in = JSON.createParser(text.toCharArray())) {
      JsonToken first = in.nextToken();
      if (first == null) {
        return new Invalid("there is no value");
      }
      List<Member> members = first == JsonToken.START_OBJECT ? members(in) : List.of();
      in.skipChildren();
      return in.nextToken() == null
          ? new Valid(first == JsonToken.START_OBJECT, members)
          : new Invalid("something follows the value");
    } catch (StreamConstraintsException e) {
      return new Invalid(
          String.format(
              "nested deeper than %d levels, or a number longer than %d characters or a name"
                  + " longer than %d",
              DEEPEST, LONGEST_NUMBER, LONGEST_NAME));
    } catch (JsonProcessingException e) {
      // the parser's own message may quote the text
      return new Invalid("no JSON at character " + (e.getLocation().getCharOffset() + 1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a JSON object of strings, such as the metadata of a request. Numbers and booleans become
   * strings as written. Members that are null are left out. If a name occurs twice, the last member
   * counts.
   *
   * @return null if the text is anything else
   */
  public static @Nullable Map<String, String> texts(String json) {
    if (!(read(json) instanceof Valid valid) || !valid.object()) {
      return null;
    }
    Map<String, String> texts = new LinkedHashMap<>();
    for (Member member : valid.members()) {
      if (member.nested()) {
        return null;
      }
      if (member.text() != null) {
        texts.put(member.name(), member.text());
      }
    }
    return texts;
  }

  private static List<Member> members(JsonParser in) throws IOException {
    List<Member> members = new ArrayList<>();
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      JsonToken value = in.nextToken();
      boolean nested = value.isStructStart();
      String text = nested || value == JsonToken.VALUE_NULL ? null : in.getText();
      members.add(new Member(name, text, nested));
      in.skipChildren();
    }
    return List.copyOf(members);
  }
}
