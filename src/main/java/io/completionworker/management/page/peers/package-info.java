/**
 * The other instances on the status page: asks those that the configuration names what they
 * measured last, and adds it up.
 *
 * <p>On the event loop of the management server; names are resolved on its worker threads. Asks
 * nobody but the configured ones, and believes nothing of their answers but numbers and short
 * texts.
 */
@NullMarked
package io.completionworker.management.page.peers;

import org.jspecify.annotations.NullMarked;
