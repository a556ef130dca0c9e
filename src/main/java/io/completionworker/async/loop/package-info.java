// SPDX-License-Identifier: Apache-2.0
/**
 * The dispatcher's thread: runs tasks one after the other, and timers when they are due.
 *
 * <p>Whatever a class of the dispatcher's side keeps, it reads and changes in a task of this loop,
 * so it needs no lock. Other threads give the loop a task, or ask for a value by a {@link
 * io.completionworker.async.loop.LoopView}. Knows nothing of requests.
 */
@NullMarked
package io.completionworker.async.loop;

import org.jspecify.annotations.NullMarked;
