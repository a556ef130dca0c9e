@NullMarked
package io.completionworker.cli.topics;

import org.jspecify.annotations.NullMarked;
