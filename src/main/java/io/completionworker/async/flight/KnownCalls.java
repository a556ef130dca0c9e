// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.flight;

import io.completionworker.async.outbox.CallHistory;

/** What is known of calls of one request that have no usage row here. Dispatcher's loop only. */
public final class KnownCalls {

  private int interrupted;
  private int uncharged;
  private int deaths;

  /**
   * Takes over what the previous process knew.
   *
   * @param died whether that process has died, and did not only give the request away
   * @param attempts number of attempts that are counted already
   */
  public void remember(CallHistory.Entry before, boolean died, int attempts) {
    interrupted = Math.max(0, before.calls() - attempts);
    uncharged = Math.min(before.unknown(), interrupted);
    deaths = before.deaths() + (died ? 1 : 0);
  }

  /**
   * Takes over what an adopting task knows. Calls that were open when their process ended are
   * charged once more at most.
   *
   * @param calls number of known calls, without one that is open here
   * @param attempts number of attempts that are counted already
   */
  public void catchUp(int calls, int attempts) {
    interrupted = Math.max(0, calls - attempts);
    uncharged = Math.min(uncharged, interrupted);
  }

  /** The interrupted calls are counted as attempts and charged now. */
  public void counted() {
    interrupted = 0;
    uncharged = 0;
  }

  /** Returns the known number of calls that other processes made and that never ended. */
  public int interrupted() {
    return interrupted;
  }

  /** Returns the number of those that may be billed, and that no budget has been charged for. */
  public int uncharged() {
    return uncharged;
  }

  /** Returns the number of processes that died while a call of the request was open. */
  public int deaths() {
    return deaths;
  }
}
