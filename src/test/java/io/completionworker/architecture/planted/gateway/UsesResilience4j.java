// SPDX-License-Identifier: Apache-2.0
package io.completionworker.architecture.planted.gateway;

import io.github.resilience4j.retry.Retry;

/** Out of the library's home. */
public final class UsesResilience4j {
  public final Class<?> planted = Retry.class;
}
