// SPDX-License-Identifier: Apache-2.0
/**
 * The codec stage: decodes requests and controls, and encodes outcomes, chunks and usage windows,
 * on the loop or, if they are large or may have to wait for the registry, on a thread of its own.
 *
 * <p>{@link io.completionworker.async.codec.CodecStage} takes a value and gives the result back on
 * the loop, however long the registry is away. What cannot be done now waits here and is tried
 * again. When nearly all records cannot be decoded, such records wait, too, see {@link
 * io.completionworker.async.codec.DecodingHold}. Knows neither flights nor lanes.
 */
@NullMarked
package io.completionworker.async.codec;

import org.jspecify.annotations.NullMarked;
