/**
 * From a file to the request topic: in order, in transactions, and no line twice, however often it
 * is started.
 *
 * <p>Runs on the thread of its caller. Knows Kafka's producer and consumer; knows nothing of
 * options and exit codes.
 */
@NullMarked
package io.completionworker.cli.submit;

import org.jspecify.annotations.NullMarked;
