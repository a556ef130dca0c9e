// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.batch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.headers.KnownHeader;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;

/**
 * A file whose requests can be published.
 *
 * @param id id of the batch
 * @param name name of the file, as the user gave it
 * @param file file from which the lines are read
 * @param longestLine maximum length in bytes of a line that is read whole
 */
public record Batch(
    String id,
    String name,
    Path file,
    int longestLine,
    Inspection inspection,
    LineReader.Options options) {

  /**
   * Header of every record of a batch: SHA-256 of the file, in hex. The worker drops this header.
   */
  public static final String DIGEST_HEADER = KnownHeader.BATCH.text() + "digest";

  /** Header of the record of the last line: the number of requests, in decimal digits. */
  public static final String SIZE_HEADER = KnownHeader.BATCH.text() + "size";

  /** Returns the transactional id of the producer that publishes this batch. */
  public String transactionalId() {
    return "completion-submit-" + id;
  }

  /**
   * The result of publishing a batch.
   *
   * @param requests how many requests of the batch are on the topic now
   * @param before how many of them were already there before
   */
  public record Published(Batch batch, int requests, int before) {

    /** Whether all requests are on the topic. */
    public boolean complete() {
      return requests == batch.inspection().requests();
    }
  }

  /** The format of the lines of a file. */
  public enum Format {
    /**
     * {@code custom_id}, {@code method}, {@code url} and {@code body}, as batch endpoints accept
     * it.
     */
    BATCH("batch lines (custom_id, method, url, body)"),
    /** A request body of the endpoint. */
    BODIES("bodies of requests"),
    /**
     * A request body of the endpoint with {@code metadata} that belongs to the caller and is not
     * sent in the body.
     */
    COOKBOOK("bodies of requests with metadata of their own");

    private final String description;

    Format(String description) {
      this.description = description;
    }

    /** Returns a description of the format. */
    public String description() {
      return description;
    }

    /**
     * Returns the format that a line appears to have. The endpoint accepts {@code metadata} only
     * together with {@code store}. Without {@code store}, the metadata belongs to the caller.
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
   * The result of checking the whole file, before any of its requests is published.
   *
   * @param digest SHA-256 of the content, in hex
   * @param valid numbers of the lines that can be published
   * @param faulty how many lines cannot be published
   * @param unlisted how many of the faulty lines have only faults that are not listed
   * @param faults the first faults, each kind once, in the order of the lines
   * @param notices warnings about probable mistakes, which are sent unchanged, in the order of the
   *     lines
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

    /** Returns how many requests can be published. */
    public int requests() {
      return valid.cardinality();
    }

    /** Returns the number of the last line that can be published; 0 if there is none. */
    public long lastLine() {
      return Math.max(0, valid.length() - 1);
    }

    /** Returns how many of the requests are in lines up to this one. */
    public int requestsUpTo(long line) {
      return valid.get(0, (int) Math.min(valid.length(), line + 1)).cardinality();
    }

    /** Returns the id of a batch for which no id was given: the beginning of the digest. */
    public String derivedId() {
      return digest.substring(0, 16);
    }
  }
}
