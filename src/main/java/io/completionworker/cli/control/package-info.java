/**
 * The topic of controls as commands see it: they read what is on it, write and withdraw controls,
 * and say in words what a control does and whether it applies to a request or a batch.
 *
 * <p>Runs on the thread of its command, and asks no worker. Hashes stand for virtual keys.
 */
@NullMarked
package io.completionworker.cli.control;

import org.jspecify.annotations.NullMarked;
