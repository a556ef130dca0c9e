// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.batch;

import io.completionworker.completion.AllowedHeaders;

/** Headers by which the commands know a batch again on the request topic. A worker drops them. */
public final class BatchHeaders {

  /** On every record: SHA-256 of the file, in hex. */
  public static final String DIGEST = AllowedHeaders.BATCH_PREFIX + "digest";

  /** On the record of the last line: how many requests there are, decimal. */
  public static final String SIZE = AllowedHeaders.BATCH_PREFIX + "size";

  private BatchHeaders() {}
}
