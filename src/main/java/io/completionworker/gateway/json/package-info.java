/**
 * Bodies of the endpoint: requests written as JSON, answers, chunks and errors read from it.
 *
 * <p>Pure functions, safe on every thread, used on the event loops: they never block. The only part
 * of the gateway that reads JSON; knows nothing of connections, headers or status codes.
 */
@NullMarked
package io.completionworker.gateway.json;

import org.jspecify.annotations.NullMarked;
