/** What a request that is sent again looks like. */
@NullMarked
package io.completionworker.cli.redrive;

import org.jspecify.annotations.NullMarked;
