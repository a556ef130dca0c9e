/**
 * The processes around a measurement: the worker's and the endpoint's, and a registry that both
 * sides reach.
 *
 * <p>Used by the main thread. Children end with this process. Knows nothing of what is measured.
 */
@NullMarked
package io.completionworker.bench.process;

import org.jspecify.annotations.NullMarked;
