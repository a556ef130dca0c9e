// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Who copies the commands of the page on security has the ACLs of its table. */
class DocumentedAclsTest {

  @Test
  void shouldGrantTheAclsOfTheTableByTheCommandsBelowIt() throws Exception {
    assertThat(DocumentedAcls.ofCommands())
        .containsExactlyInAnyOrderElementsOf(DocumentedAcls.of("completion-worker"));
  }
}
