/**
 * Generated records as plain JSON, and back, by their schemas: the same field names, and nothing of
 * Avro's own JSON encoding. Safe on every thread. Knows no topic and no registry.
 */
@NullMarked
package io.completionworker.serde.json;

import org.jspecify.annotations.NullMarked;
