/** The pages, held to what they speak of. */
@NullMarked
package io.completionworker.docs;

import org.jspecify.annotations.NullMarked;
