/** Usage windows, with time and the registry in the test's hand. */
@NullMarked
package io.completionworker.usage;

import org.jspecify.annotations.NullMarked;
