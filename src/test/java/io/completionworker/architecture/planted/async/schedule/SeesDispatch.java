// SPDX-License-Identifier: Apache-2.0
package io.completionworker.architecture.planted.async.schedule;

import io.completionworker.architecture.planted.async.dispatch.Flight;

/** Imports from a module above its own. */
public final class SeesDispatch {
  public final Class<?> planted = Flight.class;
}
