/**
 * Rate limits: how long a call waits for the requests, tokens and calls in flight that its scope
 * may use.
 *
 * <p>Each limit scope has rate limiters of Resilience4j for requests and buckets of Bucket4j for
 * tokens, as far as limits are configured. Limits that the endpoint reports further slow down a
 * model of a credential. All of this runs on the dispatcher's thread, except the report of a new
 * share. Bucket4j is used only in this package. The package does not depend on lanes, HTTP or
 * Kafka.
 */
@NullMarked
package io.completionworker.resilience.limit;

import org.jspecify.annotations.NullMarked;
