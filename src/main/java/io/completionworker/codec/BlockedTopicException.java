// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

/**
 * Nothing can be encoded for a topic, not even a record with the fewest fields. {@link
 * EncodedForms} throws it, and {@link Faults#unwritten} makes it a value.
 */
final class BlockedTopicException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * A topic that is blocked.
   *
   * @param why with the topic; it has nothing of any request
   */
  BlockedTopicException(String why, Throwable cause) {
    super(why, cause);
  }
}
