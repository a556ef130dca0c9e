/**
 * How lines of the log are written, which of the libraries' are worth one, and which request they
 * are about. All but the last is named by the configuration of Logback alone.
 */
@NullMarked
package io.completionworker.logging;

import org.jspecify.annotations.NullMarked;
