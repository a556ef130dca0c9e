/** Tests of the files that connections are identified by. */
@NullMarked
package io.completionworker.gateway.connection;

import org.jspecify.annotations.NullMarked;
