/**
 * Measurements of the finished worker against a real broker: its rate under a fixed latency, and
 * what a take-over replays. Each is a program whose exit code says whether the promise was kept.
 *
 * <p>The worker and the endpoint run in processes of their own, so that what is measured of the
 * worker is the worker's; broker, registry and reader are in this one, on the main thread. Knows
 * the worker by its command line, its topics and its management port only.
 */
@NullMarked
package io.completionworker.bench;

import org.jspecify.annotations.NullMarked;
