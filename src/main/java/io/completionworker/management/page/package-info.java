/**
 * The status page: one page without anything from outside, and the stream of samples that it draws.
 *
 * <p>Its routes and streams are on the event loop of the management server; samples come from the
 * thread of the history and are turned into text there. It only tells, and lets nobody change
 * anything.
 */
@NullMarked
package io.completionworker.management.page;

import org.jspecify.annotations.NullMarked;
