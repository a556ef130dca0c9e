/**
 * What every group of keys is made with: how a key is declared, what its values may be, how faults
 * are gathered.
 *
 * <p>Immutable or used by one thread while the worker starts. Knows no key of its own.
 */
@NullMarked
package io.completionworker.config.key;

import org.jspecify.annotations.NullMarked;
