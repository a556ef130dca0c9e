// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

/** Names of headers of output records, for those who write them and those who read them. */
public final class OutputNames {

  /** Trace id of a request, on every record that comes of it. */
  public static final String TRACE_ID = "x-portkey-trace-id";

  /** Where the span of a request stands, by W3C Trace Context. */
  public static final String TRACEPARENT = "traceparent";

  /**
   * Beginning of the names of headers that say why a record is a dead letter, and where it came
   * from, as Kafka Streams names them (KIP-1034).
   */
  public static final String ERRORS = "__streams.errors.";

  private OutputNames() {}
}
