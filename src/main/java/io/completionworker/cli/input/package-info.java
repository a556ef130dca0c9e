/** What a file is that was given as JSON lines: text in UTF-8, or what else its bytes say. */
@NullMarked
package io.completionworker.cli.input;

import org.jspecify.annotations.NullMarked;
