// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets children hear signals, whoever has started the tests: shells have jobs in the background
 * ignore Ctrl-C, {@code nohup} a hang-up, and children inherit that.
 */
final class Signals {

  private static final List<String> RESET = List.of("env", "--default-signal=HUP,INT");
  private static final boolean RESETS = resets();

  private Signals() {}

  /** A command that begins with no signal ignored, where the system's {@code env} can do that. */
  static List<String> heard(List<String> command) {
    List<String> all = new ArrayList<>(RESETS ? RESET : List.of());
    all.addAll(command);
    return all;
  }

  private static boolean resets() {
    try {
      List<String> nothing = new ArrayList<>(RESET);
      nothing.add("true");
      return new ProcessBuilder(nothing).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
