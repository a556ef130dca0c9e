/**
 * The worker among the systems it is made for, each in a container: a broker, a schema registry and
 * Portkey's gateway, which calls an OpenAI-compatible server of the test's own.
 *
 * <p>The worker and that server run in the JVM of the test, and so do the proxies that record what
 * passes between them and the gateway. Skipped where there is no Docker engine. Knows nothing of
 * the worker's inside: only its settings, its topics and what it sends.
 */
@NullMarked
package io.completionworker.container;

import org.jspecify.annotations.NullMarked;
