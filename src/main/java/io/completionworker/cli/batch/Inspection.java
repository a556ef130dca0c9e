// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.batch;

import java.util.BitSet;
import java.util.List;

/**
 * What was found in a file before anything of it is published.
 *
 * @param digest SHA-256 of its content, in hex
 * @param valid numbers of the lines that can be published
 * @param faulty how many lines cannot
 * @param unlisted how many of those have only faults that are not listed
 * @param faults why, each once, in the order of the lines; the first of them
 * @param notices what was probably not meant like that and goes as it is, in the same order
 */
public record Inspection(
    BatchFormat format,
    String digest,
    BitSet valid,
    long faulty,
    long unlisted,
    List<LineFault> faults,
    List<LineFault> notices) {

  private static final String DIGEST_OF_NOTHING =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  /** Whether there is nothing in the file at all. */
  public boolean isEmpty() {
    return digest.equals(DIGEST_OF_NOTHING);
  }

  /** Requests that can be published. */
  public int requests() {
    return valid.cardinality();
  }

  /** The line of the last of them; 0 when there is none. */
  public long lastLine() {
    return Math.max(0, valid.length() - 1);
  }

  /** How many of the requests stand in lines up to this one. */
  public int requestsUpTo(long line) {
    return valid.get(0, (int) Math.min(valid.length(), line + 1)).cardinality();
  }

  /** The id of a batch that gets none: the beginning of the digest. */
  public String derivedId() {
    return digest.substring(0, 16);
  }
}
