/**
 * What requests will cost, before they are published: tokens by the estimates that the limits use,
 * amounts by the price file, and lengths of answers as the usage topic has them.
 */
@NullMarked
package io.completionworker.cli.estimate;

import org.jspecify.annotations.NullMarked;
