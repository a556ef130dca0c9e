// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.batch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.completion.AllowedHeaders;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;

/**
 * A file whose requests can be published.
 *
 * @param id of the batch
 * @param name of the file, as the user gave it
 * @param file where its lines are read
 * @param longestLine most bytes of a line that is read whole
 */
public record Batch(
    String id,
    String name,
    Path file,
    int longestLine,
    Inspection inspection,
    LineReader.Options options) {

  /** Header of every record of a batch: SHA-256 of the file, in hex. A worker drops it. */
  public static final String DIGEST_HEADER = AllowedHeaders.BATCH_PREFIX + "digest";

  /** Header of the record of the last line: how many requests there are, in decimal digits. */
  public static final String SIZE_HEADER = AllowedHeaders.BATCH_PREFIX + "size";

  /** The transactional id of the producer that publishes it. */
  public String transactionalId() {
    return "completion-submit-" + id;
  }

  /**
   * What became of a batch.
   *
   * @param requests how many requests of the batch are on the topic now
   * @param before how many of them were there before
   */
  public record Published(Batch batch, int requests, int before) {

    /** Whether every request is there. */
    public boolean complete() {
      return requests == batch.inspection().requests();
    }
  }

  /** What each line of a file is. */
  public enum Format {
    /**
     * {@code custom_id}, {@code method}, {@code url} and {@code body}, as batch endpoints take it.
     */
    BATCH("batch lines (custom_id, method, url, body)"),
    /** A body of the endpoint. */
    BODIES("bodies of requests"),
    /** A body of the endpoint, and {@code metadata} of the caller's own that is not part of it. */
    COOKBOOK("bodies of requests with metadata of their own");

    private final String description;

    Format(String description) {
      this.description = description;
    }

    /** The format in words. */
    public String description() {
      return description;
    }

    /**
     * The format that a line looks like. The endpoint takes {@code metadata} only with {@code
     * store}; without it, the metadata is the caller's own.
     */
    static Format of(ObjectNode line) {
      if (line.path("body").isObject() || line.has("custom_id")) {
        return BATCH;
      }
      return line.path("metadata").isObject() && !line.path("store").asBoolean()
          ? COOKBOOK
          : BODIES;
    }
  }

  /**
   * What a check of the whole file found, before any of it is published.
   *
   * @param digest SHA-256 of its content, in hex
   * @param valid numbers of the lines that can be published
   * @param faulty how many lines cannot
   * @param unlisted how many of those have only faults that are not listed
   * @param faults the first faults, each kind once, in the order of the lines
   * @param notices warnings about what is probably a mistake and is sent unchanged, in the same
   *     order
   */
  public record Inspection(
      Format format,
      String digest,
      BitSet valid,
      long faulty,
      long unlisted,
      List<LineFaults.Fault> faults,
      List<LineFaults.Fault> notices) {

    private static final String DIGEST_OF_NOTHING =
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /** Whether the file is empty. */
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

    /** How many of the requests are in lines up to this one. */
    public int requestsUpTo(long line) {
      return valid.get(0, (int) Math.min(valid.length(), line + 1)).cardinality();
    }

    /** The id of a batch for which none was given: the beginning of the digest. */
    public String derivedId() {
      return digest.substring(0, 16);
    }
  }
}
