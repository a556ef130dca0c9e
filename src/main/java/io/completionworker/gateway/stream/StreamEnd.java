// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.stream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.gateway.json.ErrorBody;

/** How a stream ended. */
public sealed interface StreamEnd {

  /**
   * In good order, and all of the answer before it.
   *
   * @param answer as it would have come in one piece
   */
  record Complete(ObjectNode answer) implements StreamEnd {}

  /**
   * Before all of the answer had come.
   *
   * @param how in words
   */
  record CutOff(String how) implements StreamEnd {}

  /**
   * With an error that the endpoint sent in place of the rest.
   *
   * @param error what it says
   * @param data the event
   */
  @SuppressWarnings("ArrayRecordComponent") // carried, not compared
  record Failed(ErrorBody error, byte[] data) implements StreamEnd {}

  /**
   * With an event that cannot be read.
   *
   * @param fault in words
   * @param data the event
   */
  @SuppressWarnings("ArrayRecordComponent") // carried, not compared
  record Unreadable(String fault, byte[] data) implements StreamEnd {}

  /** With more than we take. */
  record TooLarge() implements StreamEnd {}
}
