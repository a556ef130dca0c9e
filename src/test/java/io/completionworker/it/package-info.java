/** The promises of the worker, held against a real broker and a real HTTP endpoint. */
@NullMarked
package io.completionworker.it;

import org.jspecify.annotations.NullMarked;
