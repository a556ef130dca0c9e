/**
 * Single steps of a request's way through the worker, by JMH. Knows the worker's classes for them,
 * and nothing of brokers or processes.
 */
@NullMarked
package io.completionworker.bench.micro;

import org.jspecify.annotations.NullMarked;
