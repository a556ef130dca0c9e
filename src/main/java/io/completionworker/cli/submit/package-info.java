/**
 * Publishes files on the request topic: in order, in transactions, and each line only once, however
 * often a submit is started.
 *
 * <p>Runs on the thread of its caller. Depends on Kafka's producer and consumer, but not on options
 * or exit codes.
 */
@NullMarked
package io.completionworker.cli.submit;

import org.jspecify.annotations.NullMarked;
