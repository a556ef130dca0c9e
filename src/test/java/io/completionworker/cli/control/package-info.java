@NullMarked
package io.completionworker.cli.control;

import org.jspecify.annotations.NullMarked;
