// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.batch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.completion.AllowedHeaders;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;

/**
 * A file that can be published.
 *
 * @param id of the batch
 * @param name of the file as its user knows it
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

  /** Of the producer that publishes it. */
  public String transactionalId() {
    return "completion-submit-" + id;
  }

  /**
   * What became of a batch.
   *
   * @param requests of the batch that are on the topic now
   * @param before how many of them had been there before
   */
  public record Published(Batch batch, int requests, int before) {

    /** Whether all of it is there. */
    public boolean complete() {
      return requests == batch.inspection().requests();
    }
  }

  /** What a line of a file is. */
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

    /** What it is, in words. */
    public String description() {
      return description;
    }

    /**
     * What a line looks like. A body may have {@code metadata} only to be stored with it, so where
     * it is not, the metadata is the caller's own.
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
      Format format,
      String digest,
      BitSet valid,
      long faulty,
      long unlisted,
      List<LineFaults.Fault> faults,
      List<LineFaults.Fault> notices) {

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
}
