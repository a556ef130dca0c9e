// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.json;

/** A body that was meant to be an answer and is none. Its message never quotes the body. */
public final class InvalidAnswerException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String fault;

  public InvalidAnswerException(String fault) {
    super(fault, null, false, false); // an expected end, and common in an outage: no stack trace
    this.fault = fault;
  }

  /** What is wrong with it. */
  public String fault() {
    return fault;
  }
}
