/**
 * Rate limits: how long a call waits for the requests, tokens and open calls that its scope may
 * use.
 *
 * <p>Each limit scope has Resilience4j's rate limiters for requests and Bucket4j's buckets for
 * tokens, as far as limits are configured; what the endpoint says of its limits slows a model of a
 * credential down further. All on the dispatcher's thread, but for the report of a new share. Home
 * of Bucket4j. Knows nothing of lanes, HTTP or Kafka.
 */
@NullMarked
package io.completionworker.resilience.limit;

import org.jspecify.annotations.NullMarked;
