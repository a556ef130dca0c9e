/**
 * What requests will cost and how long they will take at least, before they are published: tokens
 * by the estimates that the limits use, amounts by the price file, times by the configured limits,
 * and lengths of answers as the usage topic has them.
 */
@NullMarked
package io.completionworker.cli.estimate;

import org.jspecify.annotations.NullMarked;
