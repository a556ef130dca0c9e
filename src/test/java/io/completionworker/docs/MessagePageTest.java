// SPDX-License-Identifier: Apache-2.0
package io.completionworker.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.docs.MessagePage.Message;
import org.junit.jupiter.api.Test;

class MessagePageTest {

  @Test
  void shouldMatchALineWhateverStandsInTheAngleBrackets() {
    Message message = new Message("broker down", "`run`", "No answer (from <host and port>)", 1);

    assertThat("No answer (from 127.0.0.1:1)").matches(message.pattern());
    assertThat("No answer from 127.0.0.1:1").doesNotMatch(message.pattern());
  }
}
