/**
 * Sends failures and dead letters back to the request topic, each once.
 *
 * <p>Runs on the thread of its command. The request topic itself records what was sent: a redriven
 * request names the record that it was made from.
 */
@NullMarked
package io.completionworker.cli.redrive;

import org.jspecify.annotations.NullMarked;
