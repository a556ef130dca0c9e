// SPDX-License-Identifier: Apache-2.0
package io.completionworker.control;

import io.completionworker.config.Budget;
import io.completionworker.config.Limits;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One thing that an operator wants done, from a record of the topic of controls. Immutable. */
public sealed interface Control {

  /** What a control does. */
  enum Kind {
    CANCEL("Cancelled"),
    PAUSE("Paused"),
    LIMIT("Limited"),
    BUDGET("Budgeted");

    private final String done;

    Kind(String done) {
      this.done = done;
    }

    /** Returns what was done to the selected requests or scopes, as the first word of a line. */
    public String done() {
      return done;
    }
  }

  /** Returns what the control does. */
  Kind kind();

  /** Returns who made the control, when and why, and until when it holds. */
  Origin origin();

  /** Returns which requests, or which limit scopes, it applies to. */
  Selector selector();

  /** Returns a test for the requests that it applies to. */
  default Selector.Matcher matcher() {
    return selector().matcher(Long.MAX_VALUE);
  }

  /** Whether the control has ended by itself at this time. */
  default boolean expired(Instant now) {
    Instant end = origin().expiresAt();
    return end != null && !now.isBefore(end);
  }

  /**
   * Where a control comes from.
   *
   * @param id key of its record
   * @param createdBy who made it; may be empty
   * @param reason why; may be empty
   * @param expiresAt when it ends by itself; null for never
   */
  record Origin(
      String id, Instant createdAt, String createdBy, String reason, @Nullable Instant expiresAt) {

    /** Returns a part of a sentence: {@code by ops (wrong file), control cancel-1}. */
    public String text() {
      return (createdBy.isEmpty() ? "" : "by " + createdBy + " ")
          + (reason.isEmpty() ? "" : "(" + reason + ") ")
          + "with control "
          + id;
    }
  }

  /**
   * Ends requests without an answer.
   *
   * @param publishedBefore only requests whose records have an earlier timestamp
   */
  record Cancel(Origin origin, Selector selector, Instant publishedBefore) implements Control {

    @Override
    public Kind kind() {
      return Kind.CANCEL;
    }

    @Override
    public Selector.Matcher matcher() {
      return selector.matcher(publishedBefore.toEpochMilli());
    }
  }

  /**
   * Starts no call for requests. Calls that are open go on.
   *
   * @param budget name of the budget that has no money for them; null for a control
   */
  record Pause(Origin origin, Selector selector, @Nullable String budget) implements Control {

    /** Creates a pause that an operator wants. */
    public Pause(Origin origin, Selector selector) {
      this(origin, selector, null);
    }

    @Override
    public Kind kind() {
      return Kind.PAUSE;
    }
  }

  /** Replaces the limits of scopes. The selector has a virtual key and a model, or neither. */
  record Limit(Origin origin, Selector selector, Limits limits) implements Control {

    @Override
    public Kind kind() {
      return Kind.LIMIT;
    }
  }

  /** Sets what requests may cost. Replaces a budget of the same name. */
  record Allowance(Origin origin, Selector selector, Budget budget) implements Control {

    @Override
    public Kind kind() {
      return Kind.BUDGET;
    }
  }
}
