// SPDX-License-Identifier: Apache-2.0
package io.completionworker.architecture.planted.config;

/** Stands for the configuration object. */
public final class WorkerConfig {
  public final int planted = 1;
}
