/**
 * A file of requests, before anything of it is published: its lines, read and unpacked; the
 * requests that they are; and what is wrong with them.
 *
 * <p>Runs on the thread of its caller. Asks no broker; knows nothing of options and exit codes.
 */
@NullMarked
package io.completionworker.cli.batch;

import org.jspecify.annotations.NullMarked;
