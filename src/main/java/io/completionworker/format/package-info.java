/**
 * Values of the topics as the configuration has them: Avro of the registry, or JSON.
 *
 * <p>A request in JSON is read as what it is to its producer, a body of the endpoint, so this
 * stands above the serdes and above what writes bodies. Safe on every thread.
 */
@NullMarked
package io.completionworker.format;

import org.jspecify.annotations.NullMarked;
