// SPDX-License-Identifier: Apache-2.0
/**
 * Chunk streams: the deltas of one streamed attempt, grouped, encoded one group after the other,
 * and kept until the request has its outcome, so that a task that comes back is offered them again.
 *
 * <p>A {@link io.completionworker.async.chunk.ChunkStream} takes deltas on an event loop, and says
 * there when the sender must pause; everything else is on the dispatcher's loop. It knows of its
 * request only what its receiver says.
 */
@NullMarked
package io.completionworker.async.chunk;

import org.jspecify.annotations.NullMarked;
