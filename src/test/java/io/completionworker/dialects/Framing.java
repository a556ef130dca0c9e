// SPDX-License-Identifier: Apache-2.0
package io.completionworker.dialects;

/** How a server says where its response ends. */
enum Framing {
  /** With the last chunk. */
  CHUNKED,
  /** With the length that the head told. */
  LENGTH,
  /** With the connection. */
  CLOSE
}
