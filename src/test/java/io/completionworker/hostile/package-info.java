/**
 * Input that means harm, or might as well: records and answers that no honest sender makes, each
 * with the end it has to have. Knows the stages by their public types only.
 */
@NullMarked
package io.completionworker.hostile;

import org.jspecify.annotations.NullMarked;
