/**
 * A worker that is killed under full load several times: how many calls are made again, and how
 * long does the recovery take? Runs on the main thread; knows the worker as a process only.
 */
@NullMarked
package io.completionworker.bench.kill;

import org.jspecify.annotations.NullMarked;
