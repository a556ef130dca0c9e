// SPDX-License-Identifier: Apache-2.0
package io.completionworker.dialects;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint sends, and what it means.
 *
 * @param id unique
 * @param dialect the providers and servers that were seen to send such
 * @param stream whether a stream was asked for
 * @param n how many choices were asked for; 1 when it is missing
 * @param what it is about
 * @param headers of the request, where they make a difference
 * @param answers what the endpoint sends, call after call
 * @param expect what is made of the first answer, see {@link Expectation}; those after it are
 *     answers
 * @param chunks whether the text comes in deltas; so it does when it is missing
 * @param reads what this case proves on the page of dialects: a column and its words
 */
record DialectCase(
    String id,
    List<String> dialect,
    boolean stream,
    @Nullable Integer n,
    String what,
    Map<String, String> headers,
    List<Reply> answers,
    JsonNode expect,
    @Nullable Boolean chunks,
    Map<String, String> reads) {

  DialectCase {
    dialect = List.copyOf(dialect);
    headers = headers == null ? Map.of() : Map.copyOf(headers);
    answers = List.copyOf(answers);
    reads = reads == null ? Map.of() : Map.copyOf(reads);
  }

  int choices() {
    return n == null ? 1 : n;
  }

  Reply first() {
    return answers.get(0);
  }

  boolean isAnswered() {
    return expect.path("kind").asText().equals("answered");
  }

  /** Whether text and tool calls are to be found in the deltas. */
  boolean comesInDeltas() {
    return stream && !Boolean.FALSE.equals(chunks);
  }

  @Override
  public String toString() {
    return id;
  }
}
