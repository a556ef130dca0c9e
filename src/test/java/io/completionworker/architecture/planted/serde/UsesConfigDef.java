// SPDX-License-Identifier: Apache-2.0
package io.completionworker.architecture.planted.serde;

import org.apache.kafka.common.config.ConfigDef;

/** Out of the library's home. */
public final class UsesConfigDef {
  public final Class<?> planted = ConfigDef.class;
}
