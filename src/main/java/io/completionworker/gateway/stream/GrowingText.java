// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.stream;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ValueNode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A JSON text that comes in pieces: appending to it costs what the piece costs. */
final class GrowingText extends ValueNode {

  private static final long serialVersionUID = 1L;

  private final StringBuilder pieces;

  GrowingText(String begin) {
    pieces = new StringBuilder(begin);
  }

  void append(String piece) {
    pieces.append(piece);
  }

  int length() {
    return pieces.length();
  }

  /** Whether it is this text. */
  boolean says(String text) {
    return pieces.length() == text.length() && text.contentEquals(pieces);
  }

  @Override
  public JsonNodeType getNodeType() {
    return JsonNodeType.STRING;
  }

  @Override
  public JsonToken asToken() {
    return JsonToken.VALUE_STRING;
  }

  @Override
  public String textValue() {
    return pieces.toString();
  }

  @Override
  public String asText() {
    return pieces.toString();
  }

  @Override
  public void serialize(JsonGenerator out, SerializerProvider provider) throws IOException {
    out.writeString(pieces.toString());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other == this;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
