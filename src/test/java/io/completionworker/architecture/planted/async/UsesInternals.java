// SPDX-License-Identifier: Apache-2.0
package io.completionworker.architecture.planted.async;

import org.apache.kafka.common.internals.Topic;

/** Internals change with every release. */
public final class UsesInternals {
  public final Class<?> planted = Topic.class;
}
