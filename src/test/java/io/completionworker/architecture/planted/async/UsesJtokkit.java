// SPDX-License-Identifier: Apache-2.0
package io.completionworker.architecture.planted.async;

import com.knuddels.jtokkit.api.Encoding;

/** Out of the library's home. */
public final class UsesJtokkit {
  public final Class<?> planted = Encoding.class;
}
