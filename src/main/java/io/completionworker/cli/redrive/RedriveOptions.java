// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.redrive;

import java.util.OptionalDouble;

/**
 * What is to be sent again, and how.
 *
 * @param deadLetters dead letters, and not failures
 * @param dryRun only says what would be sent
 * @param rate most requests a second
 * @param unproven also sends what may have been sent before, since nothing can tell any more
 */
public record RedriveOptions(
    boolean deadLetters,
    RedriveFilter filter,
    boolean dryRun,
    OptionalDouble rate,
    boolean unproven) {}
