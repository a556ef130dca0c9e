// SPDX-License-Identifier: Apache-2.0
/**
 * Budgets, as flights meet them: which flights a budget holds or ends, and what calls take.
 *
 * <p>{@link io.completionworker.async.spending.Spending} takes what calls cost, and what stream
 * threads read and write of it. {@link io.completionworker.async.spending.BudgetHolds} says of a
 * flight that could be called whether it has to stay, and gives it to a receiver when there is
 * money again. Belongs to the dispatcher's loop. The arithmetic is in {@code control.budget}.
 */
@NullMarked
package io.completionworker.async.spending;

import org.jspecify.annotations.NullMarked;
