package io.completionworker.management;

import java.util.List;

/**
 * Whether something is as it should be.
 *
 * @param reasons why it is not, or what is worth a word though it is up; no secrets
 */
public record Health(boolean up, List<String> reasons) {

  /** All is well. */
  public static final Health UP = new Health(true, List.of());

  /** A copy of the reasons is kept. */
  public Health {
    reasons = List.copyOf(reasons);
  }

  /** Something is wrong. */
  public static Health down(String... reasons) {
    return new Health(false, List.of(reasons));
  }
}
