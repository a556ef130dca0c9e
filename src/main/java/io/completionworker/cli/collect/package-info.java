/**
 * Collects the outcomes of a batch into files. The package keeps them until all have arrived, and
 * formats them.
 *
 * <p>Runs on the thread of its command. The progress is saved in a directory beside the file of
 * answers, so that the process may be killed at any moment.
 */
@NullMarked
package io.completionworker.cli.collect;

import org.jspecify.annotations.NullMarked;
