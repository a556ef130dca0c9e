/**
 * Chromium for tests of what it shows: a client of its driver, by W3C's WebDriver protocol, which
 * is JSON over HTTP.
 */
@NullMarked
package io.completionworker.browser;

import org.jspecify.annotations.NullMarked;
