// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.completionworker.async.memory;

import org.jspecify.annotations.NullMarked;
