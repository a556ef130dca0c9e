// SPDX-License-Identifier: Apache-2.0
package io.completionworker.validation;

/** How closely requests are held to the endpoint's reference page. */
public enum Strictness {
  /** To the page: what the endpoint would refuse is refused before the call. */
  STRICT,
  /** Only what would break the call itself, for other endpoints that speak the same protocol. */
  LENIENT
}
