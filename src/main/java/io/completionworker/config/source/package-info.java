/**
 * The sources of settings: the file, its variables, and the environment, which wins.
 *
 * <p>Used by one thread while the worker starts. The environment is a parameter. This package
 * yields texts by key and does not know their types.
 */
@NullMarked
package io.completionworker.config.source;

import org.jspecify.annotations.NullMarked;
