// SPDX-License-Identifier: Apache-2.0
/**
 * What requests gain from each other: answers that may be given again, which requests ask for the
 * same as a call that is open, and which beginnings of prompts the provider has in its cache.
 *
 * <p>Belongs to the dispatcher's loop. Knows answers, cache keys and hashes of prefixes. Does not
 * know flights, lanes or tasks, nor what makes two requests or two prefixes the same.
 */
@NullMarked
package io.completionworker.async.memory;

import org.jspecify.annotations.NullMarked;
