/**
 * What operators want done with requests: cancelled, paused, or limited otherwise than configured.
 * Controls are values here, whatever topic and format they come from.
 */
@NullMarked
package io.completionworker.control;

import org.jspecify.annotations.NullMarked;
