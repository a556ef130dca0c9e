/**
 * Assembles the stages, starts and stops them, and turns their end into an exit code.
 *
 * <p>The only package that sees all others, and the only one that ends the process.
 */
@NullMarked
package io.completionworker;

import org.jspecify.annotations.NullMarked;
