// SPDX-License-Identifier: Apache-2.0
package io.completionworker.secrets;

import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test whose worker has written a planted secret anywhere. JUnit finds it by itself, so no
 * test can forget it; a test that begins no {@link SecretSearch} has nothing to be searched.
 */
public final class SecretSearchExtension implements AfterEachCallback, AfterAllCallback {

  @Override
  public void afterEach(ExtensionContext context) {
    failOn(SecretSearch.takeFinds());
  }

  /** For stands that the tests of a class share. */
  @Override
  public void afterAll(ExtensionContext context) {
    failOn(SecretSearch.takeFinds());
    int unended = SecretSearch.takeUnended();
    if (unended > 0) {
      throw new AssertionError(unended + " stands were not closed, so not searched for secrets");
    }
  }

  private static void failOn(List<String> finds) {
    if (!finds.isEmpty()) {
      throw new AssertionError("Secrets were written:\n" + String.join("\n", finds));
    }
  }
}
