// SPDX-License-Identifier: Apache-2.0
package io.completionworker.validation;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the members of {@code extra_body} that the worker needs. The endpoint reads the others. */
public final class ExtraBody {

  private ExtraBody() {}

  /**
   * Returns the top-level members by name, scalars as text and all others as an empty text. If a
   * name occurs more than once, the last member counts, as it does in the body.
   *
   * @param text null and what is no JSON object have no members
   */
  public static Map<String, String> members(@Nullable String text) {
    if (text == null || !(JsonSyntax.read(text) instanceof JsonSyntax.Valid valid)) {
      return Map.of();
    }
    Map<String, String> members = new HashMap<>();
    for (JsonSyntax.Member member : valid.members()) {
      String scalar = member.text();
      members.put(member.name(), scalar == null ? "" : scalar);
    }
    return members;
  }
}
