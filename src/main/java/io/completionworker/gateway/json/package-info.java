/**
 * Reads and writes the bodies of the endpoint: encodes requests as JSON, and decodes answers,
 * chunks and errors.
 *
 * <p>Consists of pure functions, which are thread-safe, run on the event loops and never block.
 * This is the only part of the gateway that parses JSON. It does not depend on connections, or on
 * the headers and the status of a response.
 */
@NullMarked
package io.completionworker.gateway.json;

import org.jspecify.annotations.NullMarked;
