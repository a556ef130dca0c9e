package io.completionworker.completion;

/**
 * Who a call counts against.
 *
 * @param credential hash of what the call authenticates with; hold, cool-down and breaker go by it
 * @param model model asked for
 */
public record CallScope(String credential, String model) {}
