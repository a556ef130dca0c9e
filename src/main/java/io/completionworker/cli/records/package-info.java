/**
 * Kafka's clients as the commands use them: their settings, made of the worker's; committed records
 * of the worker's topics; and requests that are written in transactions.
 *
 * <p>Runs on the thread of its command. Knows Kafka's consumer and producer and the serdes; knows
 * nothing of options, files and exit codes.
 */
@NullMarked
package io.completionworker.cli.records;

import org.jspecify.annotations.NullMarked;
