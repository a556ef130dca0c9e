// SPDX-License-Identifier: Apache-2.0
package io.completionworker.architecture.planted.async;

import com.github.benmanes.caffeine.cache.Cache;

/** Out of the library's home. */
public final class UsesCaffeine {
  public final Class<?> planted = Cache.class;
}
