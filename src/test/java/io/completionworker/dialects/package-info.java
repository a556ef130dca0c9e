/**
 * What endpoints really send, as cases: bytes, and what they mean. The cases are in {@code
 * src/test/resources/dialects}; a server plays each to the real client.
 */
@NullMarked
package io.completionworker.dialects;

import org.jspecify.annotations.NullMarked;
