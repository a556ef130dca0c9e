package io.completionworker.completion;

/**
 * One try of a request, ended.
 *
 * @param callId unique, also over restarts
 * @param number from 1; attempts that are free have that of the next one
 * @param startedAt Unix time in milliseconds
 * @param endedAt Unix time in milliseconds
 * @param result how it ended
 * @param accounted whether its usage row does not wait for the outcome
 */
public record Attempt(
    String callId,
    int number,
    long startedAt,
    long endedAt,
    AttemptResult result,
    boolean accounted) {

  /** One whose usage row, if it has any, comes with the outcome. */
  public Attempt(String callId, int number, long startedAt, long endedAt, AttemptResult result) {
    this(callId, number, startedAt, endedAt, result, false);
  }

  /** The same with its usage row on its way. */
  public Attempt asAccounted() {
    return new Attempt(callId, number, startedAt, endedAt, result, true);
  }
}
