@NullMarked
package io.completionworker.async.codec;

import org.jspecify.annotations.NullMarked;
