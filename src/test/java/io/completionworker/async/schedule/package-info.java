@NullMarked
package io.completionworker.async.schedule;

import org.jspecify.annotations.NullMarked;
