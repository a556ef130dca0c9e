/**
 * Committed records of the worker's topics, as the commands read them.
 *
 * <p>Runs on the thread of its command. Knows Kafka's consumer and the serdes; knows nothing of
 * options, files and exit codes.
 */
@NullMarked
package io.completionworker.cli.records;

import org.jspecify.annotations.NullMarked;
