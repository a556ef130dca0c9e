/**
 * The command line: options in, exit codes and lines of text out.
 *
 * <p>Runs on the main thread. Knows the settings and Kafka's admin client; how the worker is built
 * and run is behind {@link io.completionworker.cli.Cli.Runner}, and how the endpoint is asked
 * behind {@link io.completionworker.cli.check.EndpointProbe}.
 */
@NullMarked
package io.completionworker.cli;

import org.jspecify.annotations.NullMarked;
