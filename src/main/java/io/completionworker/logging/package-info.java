/**
 * Formats log lines, filters those of libraries, and adds which request they are about. The
 * formatter and the filter are used only by Logback's configuration.
 */
@NullMarked
package io.completionworker.logging;

import org.jspecify.annotations.NullMarked;
