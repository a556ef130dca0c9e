/**
 * What usage costs: the price file, which price holds for a call, and the arithmetic, which is
 * decimal and exact up to the last rounding.
 *
 * <p>Immutable values, safe on every thread; the file is read once, while the worker starts. Knows
 * nothing of records, answers and meters.
 */
@NullMarked
package io.completionworker.pricing;

import org.jspecify.annotations.NullMarked;
