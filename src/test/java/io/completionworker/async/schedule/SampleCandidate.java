// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.schedule;

import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Emission.Progress;
import io.completionworker.fixtures.ManualLoop;

/** A decoded request that waits until it starts or ends. */
final class SampleCandidate extends Candidate {

  private final ClassOfRequests ofClass;
  private final CompletionCall call;
  private boolean waits = true;

  SampleCandidate(ClassOfRequests ofClass, CompletionCall call, ManualLoop loop) {
    super(WaitClock.of(call.source(), false, Progress.NONE, loop));
    this.ofClass = ofClass;
    this.call = call;
  }

  /** It starts, or ends without a call, as at its deadline. */
  void leaves() {
    waits = false;
  }

  @Override
  public ClassOfRequests ofClass() {
    return ofClass;
  }

  @Override
  public CompletionCall call() {
    return call;
  }

  @Override
  public boolean waitsInLane() {
    return waits;
  }

  @Override
  public boolean isPaused() {
    return false;
  }
}
