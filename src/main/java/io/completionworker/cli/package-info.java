/**
 * The command line: parses options, prints lines of text, and returns exit codes.
 *
 * <p>Each command has a class with its name. {@code CommonOptions}, {@code SubmitOptions} and
 * {@code OutcomeFiles} contain what several commands share. The packages below do the work of the
 * commands, and do not depend on options or exit codes.
 *
 * <p>Runs on the main thread. Depends on the settings. {@link io.completionworker.cli.Cli.Runner}
 * hides how the worker is built and run, and {@link
 * io.completionworker.cli.check.Checks.EndpointProbe} hides how a request is sent to the endpoint.
 */
@NullMarked
package io.completionworker.cli;

import org.jspecify.annotations.NullMarked;
