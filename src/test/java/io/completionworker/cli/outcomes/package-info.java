@NullMarked
package io.completionworker.cli.outcomes;

import org.jspecify.annotations.NullMarked;
