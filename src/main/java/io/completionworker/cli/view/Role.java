// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.view;

import io.completionworker.avro.CompletionChunk;
import io.completionworker.avro.CompletionFailure;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.UsageWindow;
import io.completionworker.config.TopicsConfig;
import io.completionworker.format.ValueSerdes;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.common.serialization.Deserializer;

/** A topic of the worker by what it is for; how it is called is a setting. */
public enum Role {
  REQUESTS,
  RESPONSES,
  USAGE,
  FAILURES,
  CHUNKS,
  USAGE_WINDOWS,
  DEAD_LETTERS;

  /** The topic in this role. */
  public String topic(TopicsConfig topics) {
    return switch (this) {
      case REQUESTS -> topics.requests();
      case RESPONSES -> topics.responses();
      case USAGE -> topics.usage();
      case FAILURES -> topics.failures();
      case CHUNKS -> topics.chunks();
      case USAGE_WINDOWS -> topics.usageWindows();
      case DEAD_LETTERS -> topics.deadLetters();
    };
  }

  /**
   * What decodes its values; empty when these are bytes that nobody could decode. Requests are read
   * as a worker reads them, in the format of the setting alone.
   */
  public Optional<Deserializer<?>> deserializer(ValueSerdes serdes) {
    return switch (this) {
      case REQUESTS -> Optional.of(serdes.forValues(CompletionRequest.class).deserializer());
      case RESPONSES -> Optional.of(serdes.eitherFormat(CompletionResponse.class));
      case USAGE -> Optional.of(serdes.eitherFormat(CompletionUsage.class));
      case FAILURES -> Optional.of(serdes.eitherFormat(CompletionFailure.class));
      case CHUNKS -> Optional.of(serdes.eitherFormat(CompletionChunk.class));
      case USAGE_WINDOWS -> Optional.of(serdes.eitherFormat(UsageWindow.class));
      case DEAD_LETTERS -> Optional.empty();
    };
  }

  /** As it is written on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
