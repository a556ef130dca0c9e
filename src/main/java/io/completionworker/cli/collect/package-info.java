/**
 * The outcomes of a batch into files: which there are, where they are kept until all are there, and
 * how they look.
 *
 * <p>Runs on the thread of its command. What it has reached stands in a directory beside the file
 * of answers, so that the process may be killed at any moment.
 */
@NullMarked
package io.completionworker.cli.collect;

import org.jspecify.annotations.NullMarked;
