/**
 * Where settings come from: the file, its variables, and the environment, which wins.
 *
 * <p>Used by one thread while the worker starts; the environment is a parameter. Yields texts by
 * key, and knows nothing of their types.
 */
@NullMarked
package io.completionworker.config.source;

import org.jspecify.annotations.NullMarked;
