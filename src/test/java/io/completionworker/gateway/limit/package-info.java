/** Tests of what headers say about limits. */
@NullMarked
package io.completionworker.gateway.limit;

import org.jspecify.annotations.NullMarked;
