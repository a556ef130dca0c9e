// SPDX-License-Identifier: Apache-2.0
package io.completionworker.validation;

import io.completionworker.avro.Violation;
import io.completionworker.completion.PrintableText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects violations. Their number is limited, so that a malicious request cannot cause a huge
 * failure.
 */
final class Findings {

  private static final int MOST = 100;
  private static final int SHOWN = 40;

  private final List<Violation> violations = new ArrayList<>();
  private int more;

  void add(String field, String message) {
    if (violations.size() < MOST) {
      violations.add(new Violation(field, message));
    } else {
      more++;
    }
  }

  /** Adds a violation if the number is set, finite and out of range. Both limits are inclusive. */
  void range(String field, @Nullable Number value, long min, long max) {
    if (value == null || !Double.isFinite(value.doubleValue())) {
      return;
    }
    if (value.doubleValue() < min || value.doubleValue() > max) {
      add(field, "must be from " + min + " to " + max + ", both included; is " + value);
    }
  }

  /** Adds a violation if the number is set and below the minimum, which is inclusive. */
  void atLeast(String field, @Nullable Number value, long min) {
    if (value != null && value.longValue() < min) {
      add(field, "must be at least " + min + "; is " + value);
    }
  }

  /**
   * Adds a violation if the text is set and is none of the allowed ones. The violation quotes the
   * text, so it must not be part of a prompt.
   */
  void oneOf(String field, @Nullable String value, Collection<String> allowed) {
    if (value != null && !allowed.contains(value)) {
      add(field, "must be one of " + String.join(", ", allowed) + "; is " + shown(value));
    }
  }

  /** Adds a violation if the text is missing or blank. */
  void notBlank(String field, @Nullable String value) {
    if (value == null || value.isBlank()) {
      add(field, "must not be blank");
    }
  }

  List<Violation> all() {
    if (more > 0) {
      violations.add(new Violation("", more + " more violations are not listed"));
      more = 0;
    }
    return List.copyOf(violations);
  }

  /** Returns the beginning of a short name, in a printable form. */
  static String shown(String value) {
    int end = value.offsetByCodePoints(0, Math.min(SHOWN, value.codePointCount(0, value.length())));
    String cut = PrintableText.of(value.substring(0, end));
    return "'" + cut + (end < value.length() ? "..." : "") + "'";
  }
}
