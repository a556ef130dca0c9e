/** A file in, a file out: the commands beside a worker, and what they cost. */
@NullMarked
package io.completionworker.bench.batch;

import org.jspecify.annotations.NullMarked;
