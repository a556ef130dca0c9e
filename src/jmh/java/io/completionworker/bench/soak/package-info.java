/**
 * A worker under load and faults for a long time: is every request answered once, and does it need
 * no more memory and no more time at the end than at the beginning? Runs on the main thread; knows
 * the worker as a process only.
 */
@NullMarked
package io.completionworker.bench.soak;

import org.jspecify.annotations.NullMarked;
