/**
 * The status page: one page without anything from outside, the stream of samples that it draws, and
 * the samples of the other instances that the configuration names, added up.
 *
 * <p>Its routes and streams are on the event loop of the management server; names of other
 * instances are resolved on its worker threads; samples come from the thread of the history and are
 * turned into text there. The page shows and cannot change anything. Of what another instance
 * answers, only numbers and short texts are used.
 */
@NullMarked
package io.completionworker.management.page;

import org.jspecify.annotations.NullMarked;
