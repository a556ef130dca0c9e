/**
 * Computes what usage costs: reads the price file, finds the price of a call, and calculates. The
 * arithmetic is decimal and exact until the final rounding.
 *
 * <p>Immutable values, safe on every thread. The file is read once, when the worker starts. Does
 * not know records, answers or meters.
 */
@NullMarked
package io.completionworker.pricing;

import org.jspecify.annotations.NullMarked;
