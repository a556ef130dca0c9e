/**
 * Kafka clients for the commands: derives their settings from those of the worker, reads committed
 * records of the worker's topics, and writes requests in transactions.
 *
 * <p>Runs on the thread of the command. Depends on Kafka's consumer and producer and on the serdes,
 * but not on options, files or exit codes.
 */
@NullMarked
package io.completionworker.cli.records;

import org.jspecify.annotations.NullMarked;
