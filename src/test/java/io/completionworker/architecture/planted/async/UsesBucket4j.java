// SPDX-License-Identifier: Apache-2.0
package io.completionworker.architecture.planted.async;

import io.github.bucket4j.Bucket;

/** Out of the library's home. */
public final class UsesBucket4j {
  public final Class<?> planted = Bucket.class;
}
