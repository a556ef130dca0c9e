/**
 * What the commands share at the terminal: where they read and print, how they show progress, and
 * how they end when they are told to.
 *
 * <p>Progress is drawn here and not by a library: it has to become plain lines in a log, fit a
 * narrow terminal, and need neither a thread nor native code.
 */
@NullMarked
package io.completionworker.cli.terminal;

import org.jspecify.annotations.NullMarked;
