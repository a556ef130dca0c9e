/**
 * The part of request processing that runs on stream threads: accepts, stores and emits requests,
 * and controls how many are accepted.
 *
 * <p>Stream threads own the processor and its store, and only they forward records. The dispatcher
 * does everything between accepting and emitting. Both sides share only the outbox of each task.
 *
 * <p>This package does not depend on HTTP, on Avro or on the content of completions. A request is a
 * position and bytes, and an outcome is a value that another stage has encoded.
 */
@NullMarked
package io.completionworker.async;

import org.jspecify.annotations.NullMarked;
