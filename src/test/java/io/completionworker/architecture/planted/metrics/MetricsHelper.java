// SPDX-License-Identifier: Apache-2.0
package io.completionworker.architecture.planted.metrics;

/** Says nothing about what it does. */
public final class MetricsHelper {
  public final int planted = 1;
}
