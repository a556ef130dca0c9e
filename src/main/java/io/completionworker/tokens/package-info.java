/**
 * What one attempt of a request is expected to use, worked out before the call.
 *
 * <p>Pure functions over the decoded request, bounded in time whatever the request holds. The home
 * of JTokkit: no other package knows how a text becomes tokens.
 */
@NullMarked
package io.completionworker.tokens;

import org.jspecify.annotations.NullMarked;
