// SPDX-License-Identifier: Apache-2.0
package io.completionworker.format.body;

/** A body that no record can stand for; the message names the field and quotes nothing of it. */
public final class BodyFaultException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final boolean unknown;

  private BodyFaultException(String message, boolean unknown) {
    super(message);
    this.unknown = unknown;
  }

  /** A value of a kind that the endpoint's page does not have there. */
  public static BodyFaultException wrong(String path, String fault) {
    return new BodyFaultException(path + " " + fault, false);
  }

  /** A field, or a form of one, that the schema does not know and the endpoint may. */
  static BodyFaultException unknown(String path, String fault) {
    return new BodyFaultException(path + " " + fault, true);
  }

  /** Whether the endpoint may know what the schema does not. */
  boolean isUnknown() {
    return unknown;
  }
}
