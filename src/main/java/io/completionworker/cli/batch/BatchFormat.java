// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.batch;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What a line of a file is. */
public enum BatchFormat {
  /**
   * {@code custom_id}, {@code method}, {@code url} and {@code body}, as batch endpoints take it.
   */
  BATCH("batch lines (custom_id, method, url, body)"),
  /** A body of the endpoint. */
  BODIES("bodies of requests"),
  /** A body of the endpoint, and {@code metadata} of the caller's own that is not part of it. */
  COOKBOOK("bodies of requests with metadata of their own");

  private final String description;

  BatchFormat(String description) {
    this.description = description;
  }

  /** What it is, in words. */
  public String description() {
    return description;
  }

  /**
   * What a line looks like. A body may have {@code metadata} only to be stored with it, so where it
   * is not, the metadata is the caller's own.
   */
  static BatchFormat of(ObjectNode line) {
    if (line.path("body").isObject() || line.has("custom_id")) {
      return BATCH;
    }
    return line.path("metadata").isObject() && !line.path("store").asBoolean() ? COOKBOOK : BODIES;
  }
}
