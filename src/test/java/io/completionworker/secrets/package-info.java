/**
 * Secrets planted in the settings and records of every integration test, and the search for them in
 * all that its workers write.
 */
@NullMarked
package io.completionworker.secrets;

import org.jspecify.annotations.NullMarked;
