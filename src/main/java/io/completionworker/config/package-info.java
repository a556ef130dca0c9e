/**
 * Keys in, checked and immutable settings out.
 *
 * <p>The rest of the worker gets the records of this package, never the configuration object
 * itself. Knows nothing of what the settings are used for.
 */
@NullMarked
package io.completionworker.config;

import org.jspecify.annotations.NullMarked;
