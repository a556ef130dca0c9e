/**
 * How lines of the log are written, and which of the libraries' are worth one. Named by the
 * configuration of Logback alone.
 */
@NullMarked
package io.completionworker.logging;

import org.jspecify.annotations.NullMarked;
