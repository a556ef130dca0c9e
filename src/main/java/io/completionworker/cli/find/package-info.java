/**
 * What became of one request: its records on all topics, and what follows from them.
 *
 * <p>Runs on the thread of its command. Reads topics and the group's offsets; asks no worker.
 */
@NullMarked
package io.completionworker.cli.find;

import org.jspecify.annotations.NullMarked;
