@NullMarked
package io.completionworker.topology;

import org.jspecify.annotations.NullMarked;
