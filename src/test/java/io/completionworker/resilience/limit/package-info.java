@NullMarked
package io.completionworker.resilience.limit;

import org.jspecify.annotations.NullMarked;
