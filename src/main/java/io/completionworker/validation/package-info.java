/**
 * Says what is wrong with a request, everything at once.
 *
 * <p>Pure functions over the decoded request, safe on every thread. Knows the endpoint's own
 * reference page and the syntax of JSON, and nothing of Kafka, of headers or of the gateway. What
 * it says of a request never quotes a prompt.
 */
@NullMarked
package io.completionworker.validation;

import org.jspecify.annotations.NullMarked;
