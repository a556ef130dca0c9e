/**
 * The interfaces between the stages: what the dispatcher needs from the others. Each can be
 * replaced by a fake.
 *
 * <p>Contains only interfaces and their results. Each interface says on which thread it is called,
 * and whether it may throw or block.
 */
@NullMarked
package io.completionworker.completion.port;

import org.jspecify.annotations.NullMarked;
