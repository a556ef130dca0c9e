/**
 * The rules of the architecture, and under {@code planted} what must break them. Rules take the
 * root package as a parameter, so that the planted classes are judged by the same rules.
 */
@NullMarked
package io.completionworker.architecture;

import org.jspecify.annotations.NullMarked;
