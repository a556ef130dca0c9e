// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.schemas;

import io.completionworker.avro.CompletionChunk;
import io.completionworker.avro.CompletionFailure;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.UsageWindow;
import io.completionworker.config.TopicsConfig;
import io.completionworker.serde.RegisteredSchemas;
import java.util.List;

/**
 * What the values of a topic are.
 *
 * @param record the generated class of the values
 */
public record TopicSchema(String topic, Class<?> record) {

  /** The records of the topics, in the order of {@link #of}. */
  public static final List<Class<?>> RECORDS =
      List.of(
          CompletionRequest.class,
          CompletionResponse.class,
          CompletionUsage.class,
          CompletionFailure.class,
          CompletionChunk.class,
          UsageWindow.class);

  /** Every topic that has a schema: all but the dead letters, which are bytes. Requests first. */
  public static List<TopicSchema> of(TopicsConfig topics) {
    return List.of(
        new TopicSchema(topics.requests(), CompletionRequest.class),
        new TopicSchema(topics.responses(), CompletionResponse.class),
        new TopicSchema(topics.usage(), CompletionUsage.class),
        new TopicSchema(topics.failures(), CompletionFailure.class),
        new TopicSchema(topics.chunks(), CompletionChunk.class),
        new TopicSchema(topics.usageWindows(), UsageWindow.class));
  }

  /** The subject of the topic's values in this registry. */
  public String subject(RegisteredSchemas registry) {
    return registry.subject(topic, record);
  }
}
