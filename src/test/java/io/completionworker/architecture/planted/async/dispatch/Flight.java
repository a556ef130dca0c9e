// SPDX-License-Identifier: Apache-2.0
package io.completionworker.architecture.planted.async.dispatch;

/** Of a module above the scheduler. */
public final class Flight {}
