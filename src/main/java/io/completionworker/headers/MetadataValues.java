// SPDX-License-Identifier: Apache-2.0
package io.completionworker.headers;

import java.util.LinkedHashMap;
import java.util.Map;

/** Metadata of a request as calls send them: Portkey takes values of at most 128 characters. */
public final class MetadataValues {

  private static final int LONGEST = 128;

  private MetadataValues() {}

  /** Returns these metadata with each value cut. */
  public static Map<String, String> asSent(Map<String, String> metadata) {
    Map<String, String> sent = new LinkedHashMap<>();
    metadata.forEach((name, value) -> sent.put(name, cut(value)));
    return sent;
  }

  /** Cuts a value. Characters are code points, so that no surrogate pair is split. */
  public static String cut(String value) {
    return value.codePointCount(0, value.length()) <= LONGEST
        ? value
        : value.substring(0, value.offsetByCodePoints(0, LONGEST));
  }
}
