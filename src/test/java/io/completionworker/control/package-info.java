/** Tests of controls. */
@NullMarked
package io.completionworker.control;

import org.jspecify.annotations.NullMarked;
