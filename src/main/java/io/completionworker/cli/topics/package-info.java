/**
 * The topics on the brokers: what is there, what is missing, what is too small.
 *
 * <p>Runs on the thread of its caller, which waits for a bounded time. Knows Kafka's admin client;
 * knows nothing of options and exit codes.
 */
@NullMarked
package io.completionworker.cli.topics;

import org.jspecify.annotations.NullMarked;
