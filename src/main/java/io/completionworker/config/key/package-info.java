/**
 * The parts of every group of keys: the declaration of a key, its allowed values, and the
 * collection of faults.
 *
 * <p>All types are immutable, or used by one thread while the worker starts. This package knows no
 * particular key.
 */
@NullMarked
package io.completionworker.config.key;

import org.jspecify.annotations.NullMarked;
