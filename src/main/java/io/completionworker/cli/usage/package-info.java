/**
 * Adds up usage rows, grouped by any of their values.
 *
 * <p>Runs on the thread of its command. The package depends on the schema of a row, and knows
 * nothing of batches.
 */
@NullMarked
package io.completionworker.cli.usage;

import org.jspecify.annotations.NullMarked;
