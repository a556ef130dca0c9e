/**
 * Reads configuration keys and turns them into checked, immutable settings.
 *
 * <p>The rest of the worker gets the records of this package, never the configuration object
 * itself. This package does not know what the settings are used for.
 */
@NullMarked
package io.completionworker.config;

import org.jspecify.annotations.NullMarked;
