@NullMarked
package io.completionworker.async.flight;

import org.jspecify.annotations.NullMarked;
