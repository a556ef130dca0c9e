/**
 * Records as people or scripts read them: those of one topic, or all of one request with what
 * follows from them.
 *
 * <p>Runs on the thread of its command. Shows no header that the worker would refuse, no inline
 * config and no virtual key. Reads topics and offsets of the group; asks no worker.
 */
@NullMarked
package io.completionworker.cli.view;

import org.jspecify.annotations.NullMarked;
