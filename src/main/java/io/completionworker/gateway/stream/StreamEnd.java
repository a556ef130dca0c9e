package io.completionworker.gateway.stream;

/** How a stream ended. */
public sealed interface StreamEnd {

  /**
   * With {@code [DONE]}, and all of the answer before it.
   *
   * @param body the answer as it would have come in one piece
   */
  @SuppressWarnings("ArrayRecordComponent") // carried, not compared
  record Complete(byte[] body) implements StreamEnd {}

  /**
   * Before all of the answer had come.
   *
   * @param how in words
   */
  record CutOff(String how) implements StreamEnd {}

  /**
   * With an error that the endpoint sent in place of the rest.
   *
   * @param data the event
   */
  @SuppressWarnings("ArrayRecordComponent") // carried, not compared
  record Failed(byte[] data) implements StreamEnd {}

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
