@NullMarked
package io.completionworker.control.budget;

import org.jspecify.annotations.NullMarked;
