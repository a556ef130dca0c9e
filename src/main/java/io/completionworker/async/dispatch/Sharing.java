// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

/**
 * What flights gain from the calls of others. Dispatcher's loop only.
 *
 * @param answers the answers of others, which need no call
 * @param prefixes the beginnings of prompts that others have brought into the provider's cache
 */
record Sharing(SharedAnswers answers, WarmUps prefixes) {

  /** Ends the wait of a flight that goes to another lane. It may wait again there. */
  void stopsWaiting(Flight flight) {
    answers.stopsWaiting(flight);
    prefixes.stopsWaiting(flight);
  }

  /** Forgets a flight that has its outcome or is gone. */
  void left(Flight flight) {
    answers.left(flight);
    prefixes.left(flight);
  }
}
