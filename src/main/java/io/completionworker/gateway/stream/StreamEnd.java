// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.stream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.gateway.json.ErrorBody;

/** How a stream ended. */
public sealed interface StreamEnd {

  /**
   * The stream ended properly, after the whole answer.
   *
   * @param answer the answer in the form of one that is not streamed
   */
  record Complete(ObjectNode answer) implements StreamEnd {}

  /**
   * The stream ended before the answer was complete.
   *
   * @param how description of the end
   */
  record Truncated(String how) implements StreamEnd {}

  /**
   * The endpoint sent an error in place of the rest of the answer.
   *
   * @param error what the endpoint reported
   * @param data the event with the error
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Failed(ErrorBody error, byte[] data) implements StreamEnd {}

  /**
   * The stream contained an event that cannot be read.
   *
   * @param fault description of the fault
   * @param data the event
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Unreadable(String fault, byte[] data) implements StreamEnd {}

  /** The stream exceeded the maximum size. */
  record TooLarge() implements StreamEnd {}
}
