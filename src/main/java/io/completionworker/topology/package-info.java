/**
 * The topics and nodes of the stream graph, in reading order. All data is bytes here: what the
 * records contain was decided before they were forwarded. The only package that builds a Kafka
 * Streams topology.
 */
@NullMarked
package io.completionworker.topology;

import org.jspecify.annotations.NullMarked;
