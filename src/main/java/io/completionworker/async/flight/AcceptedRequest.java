// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.flight;

import io.completionworker.async.codec.Undecoded;
import io.completionworker.async.loop.Loop;
import io.completionworker.async.schedule.Candidate;
import io.completionworker.async.schedule.WaitClock;
import io.completionworker.completion.ChosenTier;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Emission.Progress;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.control.Control;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a flight carries: a record and the call that it is decoded into, its age and its deadline,
 * and the controls that select it. {@link Flight} adds where it is on its way.
 *
 * <p>Age and deadline are kept as monotonic time: the wall clock may be changed, even between the
 * acceptance of a request and its decoding. Dispatcher's loop only.
 */
abstract class AcceptedRequest extends Candidate implements Undecoded {

  /** Orders flights by the time at which they began. */
  public static final Comparator<AcceptedRequest> BY_AGE =
      Comparator.<AcceptedRequest>comparingLong(request -> request.begunNanos)
          .thenComparing(request -> request.position().partition())
          .thenComparing(request -> request.position().offset());

  private static final long FOR_EVER_MILLIS = TimeUnit.DAYS.toMillis(36_500); // a century

  private final boolean recovered;
  private final long ageMillis;
  private final long begunNanos;
  private final long begunMillis;
  private boolean hasDeadline;
  private long deadlineNanos;
  private SourceRecord source;

  /** Supplies the source with its stored bytes. Null once the bytes need not be read again. */
  private SourceRecord.@Nullable Kept kept;

  private @Nullable CompletionCall call;
  private boolean read;
  private Control.@Nullable Pause pausedBy;
  private Control.@Nullable Cancel cancelledBy;

  AcceptedRequest(
      SourceRecord source,
      SourceRecord.@Nullable Kept kept,
      boolean recovered,
      Progress progress,
      Loop loop) {
    super(WaitClock.of(source, recovered, progress, loop));
    this.source = source;
    this.kept = kept;
    this.recovered = recovered;
    this.begunNanos = loop.nanos();
    this.begunMillis = loop.millis();
    this.ageMillis = Math.max(0, begunMillis - source.acceptedAt());
  }

  public RecordPosition position() {
    return source.position();
  }

  @Override
  public boolean recovered() {
    return recovered;
  }

  /** Returns the record, without its value unless that is needed still. */
  SourceRecord source() {
    return source;
  }

  public boolean hasKey() {
    return source.key() != null;
  }

  @Override
  public long size() {
    SourceRecord.Kept stored = kept;
    return stored == null ? 0 : stored.size();
  }

  @Override
  public SourceRecord whole() {
    SourceRecord.Kept stored = kept;
    return stored == null ? source : stored.whole().get();
  }

  @Override
  public @Nullable CompletionCall call() {
    return call;
  }

  /** Takes the call that the record was decoded into. Returns whether it is the first time. */
  public boolean decoded(CompletionCall made) {
    boolean first = !read;
    call = made;
    read = true;
    return first;
  }

  /** Keeps the value of the record, of which this call was made. */
  public void keepWhole(CompletionCall made) {
    source = made.source();
  }

  /** Keeps the value for good, so that the stored bytes need not be read again. */
  public void forgetStored() {
    kept = null;
  }

  /** Drops the decoded request: it is large, and its bytes are kept. */
  public void dropDecodedCall() {
    if (kept != null) {
      source = source.withoutValue();
      call = null;
    }
  }

  /** Drops the decoded request for good. */
  void forgetCall() {
    call = null;
  }

  /** Makes its call one of another service tier, if it is decoded. */
  public void moveTo(ChosenTier tier) {
    call = call == null ? null : call.onTier(tier);
  }

  @Override
  public boolean isPaused() {
    return pausedBy != null;
  }

  /** Returns the pause that selects the request, as far as is known; null if none does. */
  public Control.@Nullable Pause pausedBy() {
    return pausedBy;
  }

  public void pausedBy(Control.@Nullable Pause pause) {
    pausedBy = pause;
  }

  /** Returns the cancellation that ends the request as soon as its attempt has ended, or null. */
  public Control.@Nullable Cancel cancelledBy() {
    return cancelledBy;
  }

  public void cancelledBy(Control.Cancel cancel) {
    cancelledBy = cancel;
  }

  /** Returns the age. Only the part before this process had the request uses the wall clock. */
  public Duration age(long nowNanos) {
    return Duration.ofMillis(ageMillis).plusNanos(nowNanos - begunNanos);
  }

  /**
   * Sets the deadline.
   *
   * @param unixMillis Unix time in milliseconds; {@link Long#MAX_VALUE} for no deadline
   */
  public void endBy(long unixMillis) {
    long left = unixMillis <= begunMillis ? 0 : unixMillis - begunMillis;
    hasDeadline = left < FOR_EVER_MILLIS;
    deadlineNanos = hasDeadline ? begunNanos + TimeUnit.MILLISECONDS.toNanos(left) : 0;
  }

  public boolean hasDeadline() {
    return hasDeadline;
  }

  /** Returns the nanoseconds to the deadline; {@link Long#MAX_VALUE} if there is none. */
  public long leftNanos(long nowNanos) {
    return hasDeadline ? deadlineNanos - nowNanos : Long.MAX_VALUE;
  }

  /** Returns the monotonic time of the deadline, if there is one. */
  public long deadlineNanos() {
    return deadlineNanos;
  }

  /** Whether the deadline has passed at this time, so that no attempt may start. */
  public boolean late(long nowNanos) {
    return hasDeadline && nowNanos - deadlineNanos >= 0;
  }
}
