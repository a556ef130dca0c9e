/**
 * The worker beside other ways to do the same, in one run on one machine: rates, costs and delays.
 *
 * <p>Every system gets a broker, topics and an endpoint of its own, so that none finds what another
 * has left. Runs on the main thread; knows the contenders as processes only.
 */
@NullMarked
package io.completionworker.bench.compare;

import org.jspecify.annotations.NullMarked;
