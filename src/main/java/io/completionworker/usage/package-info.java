/**
 * Usage rows added up by time window and group, exactly once: a step of the topology with a store
 * of its own.
 */
@NullMarked
package io.completionworker.usage;

import org.jspecify.annotations.NullMarked;
