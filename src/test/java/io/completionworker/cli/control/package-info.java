/** What commands say of controls, without a broker. */
@NullMarked
package io.completionworker.cli.control;

import org.jspecify.annotations.NullMarked;
