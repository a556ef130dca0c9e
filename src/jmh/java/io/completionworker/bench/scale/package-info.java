/**
 * What a request costs the worker, against what a deployment chooses: partitions, calls in flight,
 * size of the prompts, instances. Runs on the main thread; knows the worker as a process only.
 */
@NullMarked
package io.completionworker.bench.scale;

import org.jspecify.annotations.NullMarked;
