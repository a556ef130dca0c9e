@NullMarked
package io.completionworker.cli.body;

import org.jspecify.annotations.NullMarked;
