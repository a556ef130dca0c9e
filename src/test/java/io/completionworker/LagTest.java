// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.config.RateLimitConfig;
import io.completionworker.config.WorkerConfig;
import io.completionworker.resilience.limit.Share;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How many records the group has not taken, as far as that is known. */
class LagTest {

  private long now = 1;
  private final RateLimitConfig config =
      WorkerConfig.load(
              Optional.empty(),
              Map.of(
                  "KAFKA_BOOTSTRAP_SERVERS", "a:1",
                  "SCHEMA_REGISTRY_URL", "mock://a",
                  "RATE_LIMIT_SHARE", "whole"))
          .rateLimit();
  private final InstanceShare.OfClass share =
      new InstanceShare(Share.of(config, () -> now), config, () -> now, 1, part -> {}).of(0);

  @BeforeEach
  void haveTwoOfThreePartitions() {
    share.all(3);
    share.own(Set.of(0, 2));
  }

  @Test
  void shouldAddUpThePartitionsThatAreHere() {
    look(offsets(100, 40), offsets(500, 0), offsets(7, 2));

    assertThat(share.lag()).hasValue(65);
  }

  /** A consumer never takes the markers of transactions. */
  @Test
  void shouldTakeMarkersForNoRecords() {
    look(offsets(100, 98), offsets(0, 0), offsets(7, 7));

    assertThat(share.lag()).hasValue(0);
  }

  @Test
  void shouldNotKnowItBeforeBrokersHaveSaidSo() {
    assertThat(share.lag()).isEmpty();

    look(offsets(100, -1), offsets(0, 0), offsets(7, 7));
    assertThat(share.lag()).as("of a partition without an offset").isEmpty();
  }

  @Test
  void shouldForgetItWhenBrokersSayNothingMore() {
    look(offsets(100, 40), offsets(0, 0), offsets(7, 2));
    now += PartitionWork.VALID.toNanos();

    assertThat(share.lag()).isEmpty();
  }

  @Test
  void shouldHaveNoneWithoutPartitions() {
    share.own(Set.of());

    assertThat(share.lag()).hasValue(0);
  }

  private void look(PartitionWork.Offsets... offsets) {
    share.looked(now, Map.of(0, offsets[0], 1, offsets[1], 2, offsets[2]));
  }

  private static PartitionWork.Offsets offsets(long end, long committed) {
    return new PartitionWork.Offsets(end, committed, 0);
  }
}
