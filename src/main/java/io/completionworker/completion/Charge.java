// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import java.math.BigDecimal;

/**
 * What a call takes from a budget. It is added up in the transaction of its emission.
 *
 * @param budget name of the budget
 * @param period name of the period of the budget
 * @param endMillis when the period ends, Unix time in milliseconds; {@link Long#MAX_VALUE} for
 *     never
 * @param amount not negative, in the currency of the price file
 */
public record Charge(String budget, String period, long endMillis, BigDecimal amount) {}
