// SPDX-License-Identifier: Apache-2.0
package io.completionworker.hostile;

import java.util.stream.Stream;

/** All hand-made records. */
public final class HostileRecords {

  private HostileRecords() {}

  /** Each with a name of its own. */
  public static Stream<RecordCase> all() {
    return Stream.of(
            BrokenBytes.all(),
            BadParameters.all(),
            BadMessages.all(),
            OddHeaders.all(),
            OddButValid.all())
        .flatMap(cases -> cases);
  }
}
