@NullMarked
package io.completionworker.async.dispatch;

import org.jspecify.annotations.NullMarked;
