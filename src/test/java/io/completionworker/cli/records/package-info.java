/** Places, positions and sets of numbers. */
@NullMarked
package io.completionworker.cli.records;

import org.jspecify.annotations.NullMarked;
