// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.submit;

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
