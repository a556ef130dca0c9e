/**
 * Usage rows added up, by whatever a row says.
 *
 * <p>Runs on the thread of its command. Knows a row as the schema has it and nothing of batches.
 */
@NullMarked
package io.completionworker.cli.usage;

import org.jspecify.annotations.NullMarked;
