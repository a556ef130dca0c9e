/** Kafka's clients as the commands use them, made of the worker's {@code kafka.*} settings. */
@NullMarked
package io.completionworker.cli.clients;

import org.jspecify.annotations.NullMarked;
