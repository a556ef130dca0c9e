// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import io.completionworker.validation.JsonSyntax;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code extra_body} says, as far as it is looked at here: the endpoint reads the rest. */
final class ExtraBody {

  private ExtraBody() {}

  /**
   * Its top-level members by name, of equal names the last as in the body: scalars as text, all
   * else as an empty text.
   */
  static Map<String, String> members(@Nullable String text) {
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
