@NullMarked
package io.completionworker.async.outbox;

import org.jspecify.annotations.NullMarked;
