// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

/**
 * An attempt that was or may have been billed, of a request that goes on: its usage row does not
 * wait for the outcome.
 *
 * @param attempt the attempt, ended
 * @param progress of the request, this attempt and its row included
 */
public record Expense(CompletionCall call, Attempt attempt, Progress progress, boolean recovered) {}
