@NullMarked
package io.completionworker.cli.batch;

import org.jspecify.annotations.NullMarked;
