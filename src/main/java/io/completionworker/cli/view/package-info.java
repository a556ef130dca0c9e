/**
 * Shows records to people or scripts: those of one topic, or all of one request together with its
 * state.
 *
 * <p>Runs on the thread of its command. Shows no header that the worker would refuse, no inline
 * config and no virtual key. The package reads topics and the offsets of the group, and asks no
 * worker.
 */
@NullMarked
package io.completionworker.cli.view;

import org.jspecify.annotations.NullMarked;
