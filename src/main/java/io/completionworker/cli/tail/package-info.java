/**
 * One topic as people or scripts like to read it.
 *
 * <p>Runs on the thread of its command. Shows no header that the worker would refuse, no inline
 * config and no virtual key.
 */
@NullMarked
package io.completionworker.cli.tail;

import org.jspecify.annotations.NullMarked;
