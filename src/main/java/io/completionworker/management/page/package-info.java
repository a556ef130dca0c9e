/**
 * Serves the status page: one page that loads nothing from elsewhere, the stream of samples that it
 * draws, and the combined samples of the other configured instances.
 *
 * <p>The routes and streams run on the event loop of the management server. Names of other
 * instances are resolved on its worker threads. Samples come from the thread of the history, and
 * are encoded there. The page shows state, and cannot change anything. Of another instance's
 * answer, only numbers and short texts are used.
 */
@NullMarked
package io.completionworker.management.page;

import org.jspecify.annotations.NullMarked;
