/** Batch files: what a line of one is, and how its requests are told apart on the topics. */
@NullMarked
package io.completionworker.cli.batch;

import org.jspecify.annotations.NullMarked;
