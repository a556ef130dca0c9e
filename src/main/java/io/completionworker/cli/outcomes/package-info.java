/**
 * Which requests of a batch are on the topics, which of them have their outcome, and how far the
 * batch is.
 *
 * <p>Runs on the thread of its command. The package reads topics and writes nothing. What becomes
 * of an outcome is up to the reader: {@code collect} writes files, {@code batch status} counts.
 */
@NullMarked
package io.completionworker.cli.outcomes;

import org.jspecify.annotations.NullMarked;
