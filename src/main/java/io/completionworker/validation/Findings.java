// SPDX-License-Identifier: Apache-2.0
package io.completionworker.validation;

import io.completionworker.avro.Violation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects violations, with a bound so that a hostile request cannot make a huge failure. */
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

  /** Adds one when the number is set, finite and outside of the bounds, which are inclusive. */
  void range(String field, @Nullable Number value, long min, long max) {
    if (value == null || !Double.isFinite(value.doubleValue())) {
      return;
    }
    if (value.doubleValue() < min || value.doubleValue() > max) {
      add(field, "must be from " + min + " to " + max + ", both included; is " + value);
    }
  }

  /** Adds one when the number is set and below the bound, which is allowed itself. */
  void atLeast(String field, @Nullable Number value, long min) {
    if (value != null && value.longValue() < min) {
      add(field, "must be at least " + min + "; is " + value);
    }
  }

  /** Adds one when the text is set and none of these; only for text that is not of a prompt. */
  void oneOf(String field, @Nullable String value, Collection<String> allowed) {
    if (value != null && !allowed.contains(value)) {
      add(field, "must be one of " + String.join(", ", allowed) + "; is " + shown(value));
    }
  }

  /** Adds one when the text is empty or white space. */
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

  /** The beginning of a short name, fit for print. */
  static String shown(String value) {
    int end = value.offsetByCodePoints(0, Math.min(SHOWN, value.codePointCount(0, value.length())));
    String cut = value.substring(0, end).replaceAll("\\p{Cntrl}", "?");
    return "'" + cut + (end < value.length() ? "..." : "") + "'";
  }
}
