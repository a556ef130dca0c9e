// SPDX-License-Identifier: Apache-2.0
package io.completionworker.validation;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The members of a JSON object that is merged into the JSON of a record: of an {@code extra} or of
 * {@code extra_body}. A member replaces the record's field with the same name. So rules about
 * several fields ask this type which values will be sent.
 *
 * @param members members by name; if a name occurs more than once, the last one
 */
public record Extra(Map<String, JsonSyntax.Member> members) {

  private static final Extra NONE = new Extra(Map.of());

  /** Returns the members of this text; none if it is null or not a JSON object. */
  public static Extra of(@Nullable String text) {
    if (text == null || !(JsonSyntax.read(text) instanceof JsonSyntax.Valid valid)) {
      return NONE;
    }
    Map<String, JsonSyntax.Member> members = new LinkedHashMap<>();
    valid.members().forEach(member -> members.put(member.name(), member));
    return new Extra(members);
  }

  /** Returns the members by name, scalars as text and all others as an empty text. */
  public Map<String, String> texts() {
    if (members.isEmpty()) {
      return Map.of();
    }
    Map<String, String> texts = new HashMap<>();
    members.forEach(
        (name, member) -> {
          String scalar = member.text();
          texts.put(name, scalar == null ? "" : scalar);
        });
    return texts;
  }

  /** Whether there is any member, even if it is null. */
  boolean isGiven() {
    return !members.isEmpty();
  }

  /** Returns the field if it will be sent; null if a member replaces it. */
  <T> @Nullable T own(String name, @Nullable T field) {
    return members.containsKey(name) ? null : field;
  }

  /** Whether there is a member with this name that is not null. */
  boolean has(String name) {
    JsonSyntax.Member member = members.get(name);
    return member != null && (member.nested() || member.text() != null);
  }

  /** Whether a value other than null will be sent under this name. */
  boolean sends(String name, @Nullable Object field) {
    return has(name) || own(name, field) != null;
  }

  /** Returns the text of the member, or that of the field if there is no such member. */
  @Nullable String text(String name, @Nullable String field) {
    JsonSyntax.Member member = members.get(name);
    return member == null ? field : member.text();
  }
}
