/**
 * The seams between the stages: what the dispatcher asks of the others, each replaceable by a fake.
 *
 * <p>Interfaces and their answers only. Each says on which thread it is called and that it neither
 * throws nor blocks, where that is so.
 */
@NullMarked
package io.completionworker.completion.port;

import org.jspecify.annotations.NullMarked;
