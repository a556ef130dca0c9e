package io.completionworker.gateway.stream;

import org.jspecify.annotations.Nullable;

/** Text that comes in pieces; absent until the first has come. */
final class Text {

  private @Nullable StringBuilder pieces;

  /** Adds a piece, if there is one. */
  void add(@Nullable String piece) {
    if (piece != null) {
      if (pieces == null) {
        pieces = new StringBuilder();
      }
      pieces.append(piece);
    }
  }

  /** Adds a piece, unless it only says again what is there: some providers repeat names. */
  void addNew(@Nullable String piece) {
    if (piece != null && (pieces == null || !piece.contentEquals(pieces))) {
      add(piece);
    }
  }

  @Nullable String value() {
    return pieces == null ? null : pieces.toString();
  }
}
