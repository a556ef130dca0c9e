@NullMarked
package io.completionworker.headers;

import org.jspecify.annotations.NullMarked;
