// SPDX-License-Identifier: Apache-2.0
package io.completionworker.architecture.planted.serde;

import io.completionworker.architecture.planted.config.WorkerConfig;

/** Keeps what nobody may keep. */
public final class KeepsConfig {
  public final WorkerConfig planted = new WorkerConfig();
}
