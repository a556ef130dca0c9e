/**
 * The schemas of the worker's topics: what they are, and bringing them into a registry.
 *
 * <p>Runs on the thread of its command. Must not know how schemas are written or read; that is the
 * serdes' part.
 */
@NullMarked
package io.completionworker.cli.schemas;

import org.jspecify.annotations.NullMarked;
