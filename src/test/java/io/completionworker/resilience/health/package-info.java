/** Tests of what a credential waits for. */
@NullMarked
package io.completionworker.resilience.health;

import org.jspecify.annotations.NullMarked;
