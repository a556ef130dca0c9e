/**
 * Manages what the worker needs on the brokers: its topics with their schemas, and its consumer
 * group. The package creates and repairs topics, registers schemas, and reports whether a worker
 * runs and what it waits for.
 *
 * <p>Runs on the thread of its caller, which waits for a bounded time. The package uses Kafka's
 * admin client, and does not know options and exit codes. If a question about the group is not
 * allowed, its answer is left out, and no command fails.
 */
@NullMarked
package io.completionworker.cli.topics;

import org.jspecify.annotations.NullMarked;
