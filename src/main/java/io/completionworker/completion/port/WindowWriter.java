// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion.port;

import io.completionworker.avro.UsageWindow;

/** Turns usage windows into encoded output records. */
@FunctionalInterface
public interface WindowWriter {

  /**
   * Encodes a window. Runs on the codec thread and may block on the registry for a bounded time;
   * never throws.
   */
  Writing write(UsageWindow window);

  /** What became of a window. */
  sealed interface Writing {

    /** Ready to be forwarded. */
    @SuppressWarnings("ArrayRecordComponent") // carried, not compared
    record Written(byte[] bytes) implements Writing {}

    /** It cannot be encoded now, but may be later: the registry is out of reach. */
    record Later(String why) implements Writing {}

    /** No window can be encoded until the registry or the settings are changed. */
    record Refused(String why) implements Writing {}

    /** It can never be encoded, though others can. */
    record Never(String why) implements Writing {}
  }
}
