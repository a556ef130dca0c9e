// SPDX-License-Identifier: Apache-2.0
package io.completionworker.topology;

import io.completionworker.completion.Emission;
import io.completionworker.completion.Emission.OutputValue;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Takes the usage rows out of outcomes. Each has the time at which its attempt ended, and not that
 * of the outcome, which may be much later after retries.
 */
final class ToUsage extends ContextualProcessor<byte[], Emission, byte[], OutputValue> {

  @Override
  public void process(Record<byte[], Emission> outcome) {
    Emission emission = outcome.value();
    for (int i = 0; i < emission.usage().size(); i++) {
      context()
          .forward(
              outcome
                  .withValue(emission.usage().get(i))
                  .withTimestamp(emission.rows().get(i).getCompletedAt().toEpochMilli()));
    }
  }
}
