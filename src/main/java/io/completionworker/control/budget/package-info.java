/**
 * What requests may cost: the budgets that hold, what they have spent on all instances, and whether
 * a call fits into what is left. Knows nothing of flights, topics and price files. Runs on the
 * dispatcher's loop.
 */
@NullMarked
package io.completionworker.control.budget;

import org.jspecify.annotations.NullMarked;
