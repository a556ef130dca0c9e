package io.completionworker.metrics;

/** Tokens that were billed; cached ones are of the prompt, reasoning ones of the completion. */
public record Tokens(long prompt, long completion, long cached, long reasoning) {}
