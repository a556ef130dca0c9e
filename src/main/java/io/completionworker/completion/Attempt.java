package io.completionworker.completion;

/**
 * One try of a request, ended.
 *
 * @param callId unique, also over restarts
 * @param number from 1, counted anew after a restart
 * @param startedAt Unix time in milliseconds
 * @param endedAt Unix time in milliseconds
 * @param result how it ended
 */
public record Attempt(
    String callId, int number, long startedAt, long endedAt, AttemptResult result) {}
