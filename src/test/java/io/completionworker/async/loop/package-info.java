@NullMarked
package io.completionworker.async.loop;

import org.jspecify.annotations.NullMarked;
