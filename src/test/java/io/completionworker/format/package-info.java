/** Tests of {@link io.completionworker.format}. */
@NullMarked
package io.completionworker.format;

import org.jspecify.annotations.NullMarked;
