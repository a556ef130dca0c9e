@NullMarked
package io.completionworker.resilience;

import org.jspecify.annotations.NullMarked;
