/**
 * Files of requests before they are published: reads and unpacks the lines, converts them to
 * requests, and finds their faults.
 *
 * <p>Runs on the thread of its caller. Does not connect to brokers and does not depend on options
 * or exit codes.
 */
@NullMarked
package io.completionworker.cli.batch;

import org.jspecify.annotations.NullMarked;
