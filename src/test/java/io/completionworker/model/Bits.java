// SPDX-License-Identifier: Apache-2.0
package io.completionworker.model;

/** Sets of small numbers, such as requests, as the bits of an int. */
final class Bits {

  private Bits() {}

  static int of(int element) {
    return 1 << element;
  }

  static boolean has(int set, int element) {
    return (set & of(element)) != 0;
  }

  static int with(int set, int element) {
    return set | of(element);
  }

  static int without(int set, int element) {
    return set & ~of(element);
  }
}
