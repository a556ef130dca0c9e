// SPDX-License-Identifier: Apache-2.0
package io.completionworker.architecture.planted.serde;

import org.apache.kafka.streams.KafkaStreams;

/** Out of the library's home. */
public final class UsesStreams {
  public final Class<?> planted = KafkaStreams.class;
}
