// SPDX-License-Identifier: Apache-2.0
package io.completionworker.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.CompletionCall;
import io.completionworker.headers.KnownHeader;

/** What holds of every call, whatever its record was. */
final class Sound {

  private Sound() {}

  /** Its headers choose neither host nor credential of the worker, and are one line each. */
  static void wire(CompletionCall call) {
    call.wireHeaders()
        .forEach(
            (name, value) -> {
              assertThat(KnownHeader.accepts(name)).as(name).isTrue();
              assertThat(name).matches("[a-z0-9-]+");
              assertThat(value).as(name).matches("[\\x20-\\x7e\\xa0-\\xff]*");
            });
  }
}
