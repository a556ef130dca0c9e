// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class FailureLinesTest {

  @Test
  void shouldLookIntoWrappers() {
    Throwable failure =
        new ExecutionException(new CompletionException(new IOException("broken pipe")));

    assertThat(FailureLines.line(failure)).isEqualTo("broken pipe");
  }

  @Test
  void shouldNameTheRootBesideTheFailure() {
    Throwable failure =
        new IllegalStateException("Cannot start", new IOException("x", new IOException("y")));

    assertThat(FailureLines.line(failure)).isEqualTo("Cannot start: y");
  }

  @Test
  void shouldNotSayTheSameTwice() {
    assertThat(FailureLines.line(new IllegalStateException(new IOException("full"))))
        .isEqualTo("java.io.IOException: full");
  }

  @Test
  void shouldNameTheTypeWhenThereIsNoMessage() {
    assertThat(FailureLines.line(new NullPointerException())).isEqualTo("NullPointerException");
  }

  @Test
  void shouldEndEvenWhenCausesHaveALoop() {
    IllegalStateException one = new IllegalStateException("one");
    IllegalStateException two = new IllegalStateException("two", one);
    one.initCause(two);

    assertThat(FailureLines.line(two)).startsWith("two");
  }
}
