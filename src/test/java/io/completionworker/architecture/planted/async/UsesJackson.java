// SPDX-License-Identifier: Apache-2.0
package io.completionworker.architecture.planted.async;

import com.fasterxml.jackson.databind.ObjectMapper;

/** Out of the library's home. */
public final class UsesJackson {
  public final Class<?> planted = ObjectMapper.class;
}
