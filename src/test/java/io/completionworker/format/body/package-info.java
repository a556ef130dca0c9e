@NullMarked
package io.completionworker.format.body;

import org.jspecify.annotations.NullMarked;
