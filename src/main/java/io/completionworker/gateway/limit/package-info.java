/**
 * What the headers of a response say about limits: how long to wait, and what is left.
 *
 * <p>Pure functions of headers and the clock, safe on every thread, used on the event loops. What
 * cannot be read is taken as not said: a header must never cost an answer.
 */
@NullMarked
package io.completionworker.gateway.limit;

import org.jspecify.annotations.NullMarked;
