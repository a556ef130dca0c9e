/** Converts JSON request bodies of the endpoint to the records that represent them. */
@NullMarked
package io.completionworker.format.body;

import org.jspecify.annotations.NullMarked;
