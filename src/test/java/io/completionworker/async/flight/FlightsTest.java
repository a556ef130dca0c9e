// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.flight;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.fixtures.ManualLoop;
import org.junit.jupiter.api.Test;

class FlightsTest {

  private static final byte[] KEY = {1};

  private final SampleFlights flights = new SampleFlights(new ManualLoop());

  @Test
  void shouldGiveTheTurnOfAKeyToOneRequestOfAPartition() {
    Flight first = flights.begin(new RecordPosition("requests", 0, 0), KEY);
    Flight second = flights.begin(new RecordPosition("requests", 0, 1), KEY);
    Flight elsewhere = flights.begin(new RecordPosition("requests", 1, 1), KEY);

    assertThat(first.hasTurn()).isTrue();
    assertThat(second.hasTurn()).isFalse();
    assertThat(elsewhere.hasTurn()).isTrue();
  }

  @Test
  void shouldLetRequestsOfOtherTopicsGoTheirOwnWay() {
    Flight urgent = flights.begin(new RecordPosition("requests-urgent", 0, 0), KEY);
    Flight bulk = flights.begin(new RecordPosition("requests-bulk", 0, 0), KEY);

    assertThat(urgent.hasTurn()).isTrue();
    assertThat(bulk.hasTurn()).as("the same key in the same partition of another topic").isTrue();
  }
}
