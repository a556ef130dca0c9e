/**
 * Estimates the tokens that one attempt of a request will use, before the call.
 *
 * <p>Pure functions on the decoded request. Their time is bounded for any content. This is the only
 * package that uses JTokkit, and the only one that knows how a text becomes tokens.
 */
@NullMarked
package io.completionworker.tokens;

import org.jspecify.annotations.NullMarked;
