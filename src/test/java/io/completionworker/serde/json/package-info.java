/** Tests of {@link io.completionworker.serde.json}. */
@NullMarked
package io.completionworker.serde.json;

import org.jspecify.annotations.NullMarked;
