/**
 * One request through the topics: it is published, and its outcome is read from the moment of that.
 *
 * <p>Runs on the thread of its command, and asks no worker. The package knows nothing of options.
 */
@NullMarked
package io.completionworker.cli.ask;

import org.jspecify.annotations.NullMarked;
