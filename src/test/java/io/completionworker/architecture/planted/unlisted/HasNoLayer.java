// SPDX-License-Identifier: Apache-2.0
package io.completionworker.architecture.planted.unlisted;

/** In a package that nobody has put into a layer, nor marked. */
public final class HasNoLayer {
  public final int planted = 1;
}
