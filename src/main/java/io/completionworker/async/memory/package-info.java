// SPDX-License-Identifier: Apache-2.0
/**
 * The answer memory: answers that may be given again, and which requests ask for the same as a call
 * that is open.
 *
 * <p>Belongs to the dispatcher's loop. Knows answers and cache keys. Does not know flights, lanes
 * or tasks, nor what makes two requests the same.
 */
@NullMarked
package io.completionworker.async.memory;

import org.jspecify.annotations.NullMarked;
