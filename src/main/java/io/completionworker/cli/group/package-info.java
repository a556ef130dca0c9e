/**
 * Whether anybody works: the worker's group as its brokers see it, and the readiness of a worker
 * where its management port can be reached. What may not be asked is left out; nothing here fails a
 * command.
 */
@NullMarked
package io.completionworker.cli.group;

import org.jspecify.annotations.NullMarked;
