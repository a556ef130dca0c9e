// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.UsageWindow;
import io.completionworker.fixtures.UsageRows;
import io.completionworker.guarantee.Guarantee.Call;
import io.completionworker.guarantee.Guarantee.Ended;
import io.completionworker.guarantee.Guarantee.Footprint;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A guarantee that is not kept is noticed, and one that is kept is not. */
class GuaranteesTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  @Test
  void shouldNoticeALoss() {
    NoLoss guarantee = new NoLoss();
    guarantee.published(0);
    guarantee.published(1);
    guarantee.ended(ended(1));
    assertBroken(guarantee);

    guarantee.ended(ended(0));
    guarantee.check();
  }

  @Test
  void shouldNoticeAnOutcomeThatNobodyAskedFor() {
    NoLoss guarantee = new NoLoss();
    guarantee.ended(ended(1));
    assertBroken(guarantee);
  }

  @Test
  void shouldNoticeASecondOutcome() {
    OneOutcome guarantee = new OneOutcome();
    guarantee.ended(ended(1));
    guarantee.check();

    guarantee.ended(new Ended(1, "k", "completion-failures", 0, "SERVER_ERROR"));
    assertBroken(guarantee);
  }

  @Test
  void shouldNoticeAnOutcomeThatWasOvertaken() {
    KeyOrder guarantee = new KeyOrder();
    guarantee.ended(ended(1));
    guarantee.ended(ended(61));
    guarantee.check();

    guarantee.ended(ended(31));
    assertBroken(guarantee);
  }

  @Test
  void shouldNoticeACallThatIsRepeatedForNoReason() {
    RepeatsBounded guarantee = new RepeatsBounded();
    guarantee.called(call(1, false, 0));
    guarantee.called(call(1, true, 0));
    guarantee.check();

    guarantee.called(call(1, true, 0));
    assertBroken(guarantee);
  }

  @Test
  void shouldAllowOneRepeatForEachDisturbance() {
    RepeatsBounded guarantee = new RepeatsBounded();
    guarantee.called(call(1, true, 0));
    guarantee.disturbed();
    guarantee.called(call(1, true, 0));
    guarantee.called(call(2, true, 0));
    guarantee.called(call(2, true, 0));
    guarantee.check();

    guarantee.called(call(1, true, 0));
    assertBroken(guarantee);
  }

  @Test
  void shouldNoticeACallOfWhatHadItsOutcomeBeforeTheDisturbance() {
    RepeatsBounded guarantee = new RepeatsBounded();
    guarantee.called(call(1, true, 0));
    guarantee.ended(ended(1));
    guarantee.disturbed();
    guarantee.called(call(1, true, 0));
    assertBroken(guarantee);
  }

  @Test
  void shouldNoticeSumsThatDiffer() {
    UsageSummed guarantee = new UsageSummed();
    guarantee.used(row());
    assertThat(guarantee.complete()).isFalse();
    assertBroken(guarantee);

    guarantee.summed("w", window(0, 10));
    assertThat(guarantee.complete()).isTrue();
    guarantee.check();

    guarantee.summed("w", window(1, 11));
    assertBroken(guarantee);
  }

  @Test
  void shouldNoticeARevisionThatComesTwice() {
    UsageSummed guarantee = new UsageSummed();
    guarantee.used(row());
    guarantee.summed("w", window(0, 10));
    guarantee.summed("w", window(0, 10));
    assertBroken(guarantee);
  }

  @Test
  void shouldNoticeTwiceTheLimit() {
    LimitsKept guarantee = new LimitsKept(10, 1);
    long now = 0;
    for (int i = 0; i < 1_000; i++) {
      guarantee.called(call(i, true, now += SECOND / 10));
    }
    guarantee.check();

    for (int i = 0; i < 1_000; i++) {
      guarantee.called(call(i, true, now += SECOND / 20));
    }
    assertBroken(guarantee);
  }

  @Test
  void shouldNoticeALimitThatHoldsNothingBack() {
    LimitsKept guarantee = new LimitsKept(10, 1);
    long now = 0;
    for (int i = 0; i < 100; i++) {
      guarantee.called(call(i, true, now += SECOND / 5));
    }
    assertBroken(guarantee);
  }

  @Test
  void shouldNoticeARepeatWhateverWasDisturbed() {
    NoCallRepeated guarantee = new NoCallRepeated();
    guarantee.called(call(1, false, 0));
    guarantee.called(call(1, true, SECOND));
    guarantee.called(call(2, true, 0));
    guarantee.called(call(2, true, Gateway.PATIENCE.toNanos()));
    guarantee.disturbed();
    guarantee.check();

    guarantee.called(call(1, true, 2 * SECOND));
    assertBroken(guarantee);
  }

  @Test
  void shouldNoticeALeak() {
    NothingLeaks guarantee = new NothingLeaks();
    guarantee.measured(new Footprint(1, 50 << 20, 30));
    guarantee.measured(new Footprint(2, 90 << 20, 80));
    guarantee.measured(new Footprint(1, 60 << 20, 35));
    guarantee.check();

    guarantee.measured(new Footprint(1, 60 << 20, 90));
    assertBroken(guarantee);
  }

  private static void assertBroken(Guarantee guarantee) {
    assertThatThrownBy(guarantee::check).isInstanceOf(AssertionError.class);
  }

  private static Call call(int request, boolean answered, long nanos) {
    return new Call(request, "instance-0", answered, nanos);
  }

  private static Ended ended(int request) {
    return new Ended(request, "k", "completion-responses", 0, "response");
  }

  private static CompletionUsage row() {
    return UsageRows.row().setEndUser("u").setTotalTokens(10).setLatencyMs(7).build();
  }

  private static UsageWindow window(int revision, long tokens) {
    return UsageRows.window()
        .setRevision(revision)
        .setEndUser("u")
        .setCalls(1)
        .setAnsweredCalls(1)
        .setUnpricedCalls(1)
        .setTotalTokens(tokens)
        .setLatencySumMs(7)
        .build();
  }
}
