// SPDX-License-Identifier: Apache-2.0
package io.completionworker.validation;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The members of a JSON object that is merged into what a record is sent as: of an {@code extra} or
 * of {@code extra_body}. They win over the record's fields, so that rules that go by several fields
 * ask here what will be sent.
 *
 * @param members by name; of equal names the last
 */
record Extra(Map<String, JsonSyntax.Member> members) {

  private static final Extra NONE = new Extra(Map.of());

  /** The members of this text; none when it is null or no JSON object. */
  static Extra of(@Nullable String text) {
    if (text == null || !(JsonSyntax.read(text) instanceof JsonSyntax.Valid valid)) {
      return NONE;
    }
    Map<String, JsonSyntax.Member> members = new LinkedHashMap<>();
    valid.members().forEach(member -> members.put(member.name(), member));
    return new Extra(members);
  }

  /** Whether it says anything, if only a null. */
  boolean isGiven() {
    return !members.isEmpty();
  }

  /** The field, as far as it is what will be sent: null when there is a member of its name. */
  <T> @Nullable T own(String name, @Nullable T field) {
    return members.containsKey(name) ? null : field;
  }

  /** Whether there is a member of this name that is no null. */
  boolean has(String name) {
    JsonSyntax.Member member = members.get(name);
    return member != null && (member.nested() || member.text() != null);
  }

  /** Whether something other than null will be sent under this name. */
  boolean sends(String name, @Nullable Object field) {
    return has(name) || own(name, field) != null;
  }

  /** The member's text, or that of the field when there is no such member. */
  @Nullable String text(String name, @Nullable String field) {
    JsonSyntax.Member member = members.get(name);
    return member == null ? field : member.text();
  }
}
