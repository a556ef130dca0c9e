// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import io.completionworker.completion.port.Writing;
import io.completionworker.serde.Outage;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** What an exception of a serde means. */
final class Faults {

  private static final int LONGEST = 1000;
  private static final int DEEPEST = 10;

  private Faults() {}

  /** Whether the same bytes may be read later. */
  static boolean mayPass(Throwable thrown) {
    return Outage.is(thrown);
  }

  /** Class and message, and those of the innermost cause. */
  static String describe(Throwable thrown) {
    Throwable root = thrown;
    for (int i = 0; root.getCause() != null && i < DEEPEST; i++) {
      root = root.getCause();
    }
    String text = line(thrown, thrown.getMessage());
    return cut(root == thrown ? text : text + "; caused by " + line(root, root.getMessage()));
  }

  /** The same without messages of libraries that may quote the value they could not write. */
  static String describeWithoutData(Throwable thrown) {
    boolean ours = thrown instanceof KafkaException;
    return cut(line(thrown, ours ? thrown.getMessage() : null));
  }

  /**
   * What becomes of something that a fault has kept from being encoded.
   *
   * @param where what the text begins with
   */
  static <T> Writing<T> unwritten(String where, Throwable thrown) {
    if (thrown instanceof BlockedTopicException) {
      return new Writing.Refused<>(String.valueOf(thrown.getMessage()));
    }
    String why = where + describeWithoutData(thrown);
    return mayPass(thrown) ? new Writing.Later<>(why) : new Writing.Never<>(why);
  }

  private static String line(Throwable thrown, @Nullable String message) {
    String name = thrown.getClass().getSimpleName();
    return message == null ? name : name + ": " + message;
  }

  private static String cut(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
  }
}
