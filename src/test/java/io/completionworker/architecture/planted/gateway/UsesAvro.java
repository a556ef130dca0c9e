// SPDX-License-Identifier: Apache-2.0
package io.completionworker.architecture.planted.gateway;

import org.apache.avro.Schema;

/** Out of the library's home. */
public final class UsesAvro {
  public final Class<?> planted = Schema.class;
}
