/**
 * The command line: options in, exit codes and lines of text out.
 *
 * <p>A class for each command, named after it; what several commands share is in {@code
 * CommonOptions}, {@code SubmitOptions} and {@code OutcomeFiles}. What a command does is in the
 * packages below, which know nothing of options and exit codes.
 *
 * <p>Runs on the main thread. Knows the settings; how the worker is built and run is behind {@link
 * io.completionworker.cli.Cli.Runner}, and how the endpoint is asked behind {@link
 * io.completionworker.cli.check.Checks.EndpointProbe}.
 */
@NullMarked
package io.completionworker.cli;

import org.jspecify.annotations.NullMarked;
