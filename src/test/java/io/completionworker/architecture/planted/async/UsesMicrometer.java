// SPDX-License-Identifier: Apache-2.0
package io.completionworker.architecture.planted.async;

import io.micrometer.core.instrument.MeterRegistry;

/** Out of the library's home. */
public final class UsesMicrometer {
  public final Class<?> planted = MeterRegistry.class;
}
