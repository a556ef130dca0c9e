/**
 * The terminal for all commands: streams, progress, tables, and the orderly end after a signal.
 *
 * <p>Progress has its own implementation. The progressbar library, tried at 40 and 80 columns, cuts
 * off the reason why a task is delayed but keeps an empty bar, and adds a thread and native code.
 */
@NullMarked
package io.completionworker.cli.terminal;

import org.jspecify.annotations.NullMarked;
