@NullMarked
package io.completionworker.async;

import org.jspecify.annotations.NullMarked;
