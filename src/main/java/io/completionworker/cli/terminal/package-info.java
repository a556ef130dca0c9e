/**
 * What the commands share at the terminal: where they read and print, how they show progress, and
 * how they end when they are told to.
 *
 * <p>Progress is drawn here: the progressbar library, tried at 40 and 80 columns, cuts off what a
 * task waits for, keeps a bar of nothing instead, and brings a thread and native code.
 */
@NullMarked
package io.completionworker.cli.terminal;

import org.jspecify.annotations.NullMarked;
