// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.contender;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A contender that loses requests would not be worth comparing with. */
class WatermarkTest {

  private final Watermark watermark = new Watermark();

  @Test
  void shouldStayBeforeTheFirstThatIsNotDone() {
    watermark.add(10);
    watermark.add(11).markDone();

    assertThat(watermark.next()).isEqualTo(-1);
  }

  @Test
  void shouldJumpOverAllThatIsDoneAndOverGaps() {
    Watermark.Entry first = watermark.add(10);
    watermark.add(13).markDone();
    watermark.add(14);
    first.markDone();

    assertThat(watermark.next()).isEqualTo(14);
  }
}
