// SPDX-License-Identifier: Apache-2.0
package io.completionworker.architecture.planted.gateway;

import org.apache.kafka.common.header.Headers;

/** The gateway knows nothing of Kafka. */
public final class UsesKafka {
  public final Class<?> planted = Headers.class;
}
