/**
 * What it costs the worker to be scraped. Runs on the main thread, with a scraper beside it; knows
 * the worker as a process only.
 */
@NullMarked
package io.completionworker.bench.scrape;

import org.jspecify.annotations.NullMarked;
