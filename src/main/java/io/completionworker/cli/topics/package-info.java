/**
 * What the brokers have for the worker: its topics and their schemas, and its group. Makes and
 * repairs topics, registers schemas, and says whether a worker runs and what it waits for.
 *
 * <p>Runs on the thread of its caller, which waits for a bounded time. Knows Kafka's admin client;
 * knows nothing of options and exit codes. A question about the group that may not be asked is left
 * out, and fails no command.
 */
@NullMarked
package io.completionworker.cli.topics;

import org.jspecify.annotations.NullMarked;
