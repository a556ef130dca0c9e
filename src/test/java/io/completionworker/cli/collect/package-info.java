/** Files of a batch, without a broker. */
@NullMarked
package io.completionworker.cli.collect;

import org.jspecify.annotations.NullMarked;
