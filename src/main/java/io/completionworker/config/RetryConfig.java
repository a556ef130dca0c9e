package io.completionworker.config;

import java.time.Duration;

/**
 * When a failed attempt is repeated.
 *
 * @param maxAttempts attempts of one request, the first included
 * @param initialBackoff wait before the second attempt
 * @param multiplier growth of the wait per attempt
 * @param maxBackoff longest wait of our own choice
 * @param jitter share of the wait that is random, 0 to 1
 * @param maxServerDelay longest wait that a server may ask for; what is longer is cut to it
 */
public record RetryConfig(
    int maxAttempts,
    Duration initialBackoff,
    double multiplier,
    Duration maxBackoff,
    double jitter,
    Duration maxServerDelay) {}
