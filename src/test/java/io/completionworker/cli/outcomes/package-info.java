/** How far a batch is, by records in memory. */
@NullMarked
package io.completionworker.cli.outcomes;

import org.jspecify.annotations.NullMarked;
