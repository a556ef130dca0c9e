// SPDX-License-Identifier: Apache-2.0
package io.completionworker.management;

import java.util.function.Supplier;

/**
 * What is asked when a probe comes. Called on worker threads of the server, several at once, never
 * on its event loop; they may block for a moment.
 *
 * @param live whether the process is worth keeping
 * @param ready whether it does its work
 * @param started whether it has got off the ground
 */
public record Probes(Supplier<Health> live, Supplier<Health> ready, Supplier<Health> started) {}
