/**
 * Failures and dead letters back to the request topic, each once.
 *
 * <p>Runs on the thread of its command. The request topic itself is the memory of what was sent: a
 * request that was redriven says which record it came from.
 */
@NullMarked
package io.completionworker.cli.redrive;

import org.jspecify.annotations.NullMarked;
