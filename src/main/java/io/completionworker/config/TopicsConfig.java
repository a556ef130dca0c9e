package io.completionworker.config;

/** Names of the topics. */
public record TopicsConfig(
    String requests,
    String responses,
    String usage,
    String failures,
    String chunks,
    String usageWindows,
    String deadLetters) {}
