/** Bodies of the endpoint, as JSON, read into the records that stand for them. */
@NullMarked
package io.completionworker.format.body;

import org.jspecify.annotations.NullMarked;
