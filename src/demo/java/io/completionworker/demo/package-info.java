/**
 * The demonstration: a broker, an endpoint and the real worker in one process, and the broker that
 * the tests share.
 *
 * <p>The flow runs on the main thread; broker, endpoint and worker bring their own. Not part of the
 * product: nothing outside the tests may depend on it, and it knows the worker only through {@link
 * io.completionworker.demo.WorkerUnderDemo}.
 */
@NullMarked
package io.completionworker.demo;

import org.jspecify.annotations.NullMarked;
